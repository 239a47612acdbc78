using System.Collections.Frozen;

namespace NnUNet.Imaging.Formats.Dicom.DataSets;

/// <summary>What kind of value each attribute has: implicit files do not say it, and the writer needs it.</summary>
/// <remarks>Source: DICOM PS3.6, data dictionary. Where the standard leaves a choice, such as US or SS, the first stands here.</remarks>
internal static class DicomDictionary
{
    private static readonly FrozenDictionary<DicomTag, string> Kinds = new Dictionary<string, DicomTag[]>
    {
        ["AS"] =
        [
            DicomTag.PatientAge,
        ],
        ["AT"] =
        [
            DicomTag.DimensionIndexPointer, DicomTag.FunctionalGroupPointer, DicomTag.FrameIncrementPointer,
        ],
        ["CS"] =
        [
            DicomTag.DirectoryRecordType, DicomTag.ReferencedFileID, DicomTag.SpecificCharacterSet, DicomTag.ImageType,
            DicomTag.Modality, DicomTag.MappingResource, DicomTag.ContextGroupExtensionFlag, DicomTag.ContextIdentifier,
            DicomTag.FrameType, DicomTag.PixelPresentation, DicomTag.VolumetricProperties, DicomTag.VolumeBasedCalculationTechnique,
            DicomTag.ComplexImageComponent, DicomTag.AcquisitionContrast, DicomTag.PatientSex, DicomTag.PatientIdentityRemoved,
            DicomTag.BodyPartExamined, DicomTag.ScanningSequence, DicomTag.SequenceVariant, DicomTag.ScanOptions,
            DicomTag.MRAcquisitionType, DicomTag.PatientPosition, DicomTag.ContentQualification, DicomTag.PatientOrientation,
            DicomTag.Laterality, DicomTag.FrameLaterality, DicomTag.DimensionOrganizationType, DicomTag.PhotometricInterpretation,
            DicomTag.BurnedInAnnotation, DicomTag.RecognizableVisualFeatures, DicomTag.SpatialLocationsPreserved,
            DicomTag.LossyImageCompression, DicomTag.LossyImageCompressionMethod, DicomTag.SignalDomainColumns,
            DicomTag.SliceProgressionDirection, DicomTag.SeriesType, DicomTag.Units, DicomTag.CountsSource, DicomTag.DecayCorrection,
            DicomTag.SegmentationType, DicomTag.SegmentAlgorithmType, DicomTag.SegmentationFractionalType, DicomTag.SegmentsOverlap,
            DicomTag.ContentLabel, DicomTag.PresentationLUTShape, DicomTag.ROIGenerationAlgorithm, DicomTag.ContourGeometricType,
            DicomTag.RTROIInterpretedType, DicomTag.ApprovalStatus,
        ],
        ["DA"] =
        [
            DicomTag.InstanceCreationDate, DicomTag.StudyDate, DicomTag.SeriesDate, DicomTag.AcquisitionDate, DicomTag.ContentDate,
            DicomTag.PatientBirthDate, DicomTag.PerformedProcedureStepStartDate, DicomTag.StructureSetDate, DicomTag.ReviewDate,
        ],
        ["DS"] =
        [
            DicomTag.PatientSize, DicomTag.PatientWeight, DicomTag.SliceThickness, DicomTag.KVP, DicomTag.RepetitionTime,
            DicomTag.EchoTime, DicomTag.InversionTime, DicomTag.MagneticFieldStrength, DicomTag.SpacingBetweenSlices,
            DicomTag.TriggerTime, DicomTag.RadionuclideTotalDose, DicomTag.RadionuclideHalfLife, DicomTag.ReconstructionDiameter,
            DicomTag.GantryDetectorTilt, DicomTag.TableHeight, DicomTag.ImagerPixelSpacing, DicomTag.FlipAngle,
            DicomTag.ImagePositionPatient, DicomTag.ImageOrientationPatient, DicomTag.SliceLocation, DicomTag.PixelSpacing,
            DicomTag.WindowCenter, DicomTag.WindowWidth, DicomTag.RescaleIntercept, DicomTag.RescaleSlope,
            DicomTag.LossyImageCompressionRatio, DicomTag.FrameReferenceTime, DicomTag.DecayFactor, DicomTag.ROIVolume,
            DicomTag.ContourSlabThickness, DicomTag.ContourOffsetVector, DicomTag.ContourData,
        ],
        ["DT"] =
        [
            DicomTag.AcquisitionDateTime, DicomTag.RadiopharmaceuticalStartDateTime, DicomTag.FrameAcquisitionDateTime,
            DicomTag.FrameReferenceDateTime, DicomTag.ContributionDateTime,
        ],
        ["FD"] =
        [
            DicomTag.AcquisitionDuration, DicomTag.DiffusionBValue, DicomTag.ImagePositionVolume, DicomTag.ImageOrientationVolume,
            DicomTag.RealWorldValueIntercept, DicomTag.RealWorldValueSlope,
        ],
        ["IS"] =
        [
            DicomTag.ReferencedFrameNumber, DicomTag.EchoNumbers, DicomTag.SeriesNumber, DicomTag.AcquisitionNumber,
            DicomTag.InstanceNumber, DicomTag.TemporalPositionIdentifier, DicomTag.NumberOfTemporalPositions,
            DicomTag.ImagesInAcquisition, DicomTag.NumberOfFrames, DicomTag.PixelAspectRatio, DicomTag.ROINumber,
            DicomTag.ROIDisplayColor, DicomTag.NumberOfContourPoints, DicomTag.ContourNumber, DicomTag.AttachedContours,
            DicomTag.ObservationNumber, DicomTag.ReferencedROINumber,
        ],
        ["LO"] =
        [
            DicomTag.Manufacturer, DicomTag.InstitutionName, DicomTag.CodeMeaning, DicomTag.StudyDescription, DicomTag.SeriesDescription,
            DicomTag.InstitutionalDepartmentName, DicomTag.ManufacturerModelName, DicomTag.PatientID, DicomTag.IssuerOfPatientID,
            DicomTag.ClinicalTrialTimePointID, DicomTag.DeidentificationMethod, DicomTag.ContrastBolusAgent,
            DicomTag.Radiopharmaceutical, DicomTag.DeviceSerialNumber, DicomTag.SecondaryCaptureDeviceManufacturer,
            DicomTag.SoftwareVersions, DicomTag.ProtocolName, DicomTag.ContrastBolusRoute, DicomTag.PositionReferenceIndicator,
            DicomTag.DimensionDescriptionLabel, DicomTag.AlgorithmSource, DicomTag.RescaleType, DicomTag.ReasonForStudy,
            DicomTag.PerformedProcedureStepDescription, DicomTag.SegmentLabel, DicomTag.SegmentAlgorithmName, DicomTag.AlgorithmVersion,
            DicomTag.AlgorithmName, DicomTag.ContentDescription, DicomTag.StructureSetName, DicomTag.ROIName,
            DicomTag.ROIGenerationDescription,
        ],
        ["LT"] =
        [
            DicomTag.PatientComments, DicomTag.ImageComments, DicomTag.AlgorithmParameters,
        ],
        ["OB"] =
        [
            DicomTag.FileMetaInformationVersion,
        ],
        ["OD"] =
        [
            DicomTag.DoubleFloatPixelData,
        ],
        ["OF"] =
        [
            DicomTag.FloatPixelData,
        ],
        ["OV"] =
        [
            DicomTag.ExtendedOffsetTable, DicomTag.ExtendedOffsetTableLengths,
        ],
        ["OW"] =
        [
            DicomTag.LUTData, DicomTag.PixelData,
        ],
        ["PN"] =
        [
            DicomTag.ReferringPhysicianName, DicomTag.OperatorsName, DicomTag.PatientName, DicomTag.ContentCreatorName,
            DicomTag.ROIInterpreter, DicomTag.ReviewerName,
        ],
        ["SH"] =
        [
            DicomTag.ImplementationVersionName, DicomTag.AccessionNumber, DicomTag.CodeValue, DicomTag.CodingSchemeDesignator,
            DicomTag.CodingSchemeVersion, DicomTag.TimezoneOffsetFromUTC, DicomTag.StationName, DicomTag.SequenceName,
            DicomTag.ConvolutionKernel, DicomTag.StudyID, DicomTag.StackID, DicomTag.ScheduledProcedureStepID,
            DicomTag.PerformedProcedureStepID, DicomTag.RequestedProcedureID, DicomTag.StructureSetLabel, DicomTag.ROIObservationLabel,
        ],
        ["SQ"] =
        [
            DicomTag.DirectoryRecordSequence, DicomTag.CodingSchemeIdentificationSequence, DicomTag.ReferencedStudySequence,
            DicomTag.ReferencedPerformedProcedureStepSequence, DicomTag.ReferencedSeriesSequence, DicomTag.ReferencedPatientSequence,
            DicomTag.ReferencedImageSequence, DicomTag.ReferencedInstanceSequence, DicomTag.ReferencedSOPSequence,
            DicomTag.SourceImageSequence, DicomTag.AnatomicRegionSequence, DicomTag.AnatomicRegionModifierSequence,
            DicomTag.PrimaryAnatomicStructureSequence, DicomTag.DerivationImageSequence, DicomTag.DerivationCodeSequence,
            DicomTag.MRImageFrameTypeSequence, DicomTag.CTAcquisitionTypeSequence, DicomTag.CTImageFrameTypeSequence,
            DicomTag.PETFrameTypeSequence, DicomTag.ContributingEquipmentSequence, DicomTag.FrameAnatomySequence,
            DicomTag.FrameContentSequence, DicomTag.PlanePositionSequence, DicomTag.PlaneOrientationSequence,
            DicomTag.UnassignedSharedConvertedAttributesSequence, DicomTag.UnassignedPerFrameConvertedAttributesSequence,
            DicomTag.ConversionSourceAttributesSequence, DicomTag.DimensionOrganizationSequence, DicomTag.DimensionIndexSequence,
            DicomTag.PlanePositionVolumeSequence, DicomTag.PlaneOrientationVolumeSequence, DicomTag.ModalityLUTSequence,
            DicomTag.VOILUTSequence, DicomTag.PixelMeasuresSequence, DicomTag.FrameVOILUTSequence,
            DicomTag.PixelValueTransformationSequence, DicomTag.RequestAttributesSequence, DicomTag.MeasurementUnitsCodeSequence,
            DicomTag.RealWorldValueMappingSequence, DicomTag.PurposeOfReferenceCodeSequence, DicomTag.ContentSequence,
            DicomTag.RadiopharmaceuticalInformationSequence, DicomTag.RadionuclideCodeSequence, DicomTag.SegmentSequence,
            DicomTag.SegmentedPropertyCategoryCodeSequence, DicomTag.SegmentationAlgorithmIdentificationSequence,
            DicomTag.SegmentIdentificationSequence, DicomTag.SegmentedPropertyTypeCodeSequence,
            DicomTag.SegmentedPropertyTypeModifierCodeSequence, DicomTag.UsedSegmentsSequence, DicomTag.AlgorithmFamilyCodeSequence,
            DicomTag.IconImageSequence, DicomTag.ReferencedFrameOfReferenceSequence, DicomTag.RTReferencedStudySequence,
            DicomTag.RTReferencedSeriesSequence, DicomTag.ContourImageSequence, DicomTag.StructureSetROISequence,
            DicomTag.ROIContourSequence, DicomTag.ContourSequence, DicomTag.RTROIObservationsSequence,
            DicomTag.RTROIIdentificationCodeSequence, DicomTag.SharedFunctionalGroupsSequence, DicomTag.PerFrameFunctionalGroupsSequence,
        ],
        ["ST"] =
        [
            DicomTag.CodingSchemeName, DicomTag.DerivationDescription, DicomTag.SegmentDescription, DicomTag.StructureSetDescription,
            DicomTag.ROIDescription, DicomTag.ROIObservationDescription,
        ],
        ["TM"] =
        [
            DicomTag.InstanceCreationTime, DicomTag.StudyTime, DicomTag.SeriesTime, DicomTag.AcquisitionTime, DicomTag.ContentTime,
            DicomTag.RadiopharmaceuticalStartTime, DicomTag.PerformedProcedureStepStartTime, DicomTag.StructureSetTime,
            DicomTag.ReviewTime,
        ],
        ["UC"] =
        [
            DicomTag.LongCodeValue,
        ],
        ["UI"] =
        [
            DicomTag.MediaStorageSOPClassUID, DicomTag.MediaStorageSOPInstanceUID, DicomTag.TransferSyntaxUID,
            DicomTag.ImplementationClassUID, DicomTag.SOPClassUID, DicomTag.SOPInstanceUID, DicomTag.CodingSchemeUID,
            DicomTag.ContextUID, DicomTag.ReferencedSOPClassUID, DicomTag.ReferencedSOPInstanceUID, DicomTag.StudyInstanceUID,
            DicomTag.SeriesInstanceUID, DicomTag.FrameOfReferenceUID, DicomTag.ConcatenationUID, DicomTag.DimensionOrganizationUID,
            DicomTag.TrackingUID, DicomTag.StorageMediaFileSetUID, DicomTag.ReferencedFrameOfReferenceUID,
        ],
        ["UL"] =
        [
            DicomTag.FileMetaInformationGroupLength, DicomTag.InStackPositionNumber, DicomTag.TemporalPositionIndex,
            DicomTag.DimensionIndexValues, DicomTag.DataPointRows, DicomTag.DataPointColumns,
        ],
        ["UR"] =
        [
            DicomTag.URNCodeValue,
        ],
        ["US"] =
        [
            DicomTag.AcquisitionMatrix, DicomTag.FrameAcquisitionNumber, DicomTag.InConcatenationNumber, DicomTag.SamplesPerPixel,
            DicomTag.PlanarConfiguration, DicomTag.Rows, DicomTag.Columns, DicomTag.BitsAllocated, DicomTag.BitsStored, DicomTag.HighBit,
            DicomTag.PixelRepresentation, DicomTag.SmallestImagePixelValue, DicomTag.LargestImagePixelValue, DicomTag.PixelPaddingValue,
            DicomTag.PixelPaddingRangeLimit, DicomTag.RedPaletteColorLookupTableDescriptor, DicomTag.LUTDescriptor,
            DicomTag.RealWorldValueLastValueMapped, DicomTag.RealWorldValueFirstValueMapped, DicomTag.NumberOfSlices,
            DicomTag.SegmentNumber, DicomTag.ReferencedSegmentNumber, DicomTag.RecommendedDisplayGrayscaleValue,
            DicomTag.RecommendedDisplayCIELabValue, DicomTag.MaximumFractionalValue,
        ],
        ["UT"] =
        [
            DicomTag.UniqueDeviceIdentifier, DicomTag.TrackingID,
        ],
    }.SelectMany(static k => k.Value.Select(tag => (Tag: tag, k.Key))).ToFrozenDictionary(static k => k.Tag, static k => k.Key);

    /// <summary>The value representation of a tag by the standard; null for one that is not listed here.</summary>
    public static string? KindOf(DicomTag tag) => Kinds.TryGetValue(tag, out string? kind) ? kind : tag.Element() == 0 ? "UL" : null;

    /// <summary>The tag's group.</summary>
    public static ushort Group(this DicomTag tag) => (ushort)((uint)tag >> 16);

    /// <summary>The tag's element.</summary>
    public static ushort Element(this DicomTag tag) => (ushort)(uint)tag;

    /// <summary>The tag as <c>Rows (0028,0010)</c>, for messages.</summary>
    public static string Described(this DicomTag tag)
    {
        string numbers = $"({tag.Group():X4},{tag.Element():X4})";
        return Enum.IsDefined(tag) ? $"{tag} {numbers}" : numbers;
    }
}

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
            DicomTag.DimensionIndexPointer, DicomTag.FunctionalGroupPointer,
        ],
        ["CS"] =
        [
            DicomTag.CorrectedImage, DicomTag.SUVType, DicomTag.SpecificCharacterSet, DicomTag.ImageType, DicomTag.Modality,
            DicomTag.PatientSex, DicomTag.PatientIdentityRemoved, DicomTag.PhotometricInterpretation,
            DicomTag.RecognizableVisualFeatures, DicomTag.SpatialLocationsPreserved, DicomTag.LossyImageCompression, DicomTag.Units,
            DicomTag.DecayCorrection, DicomTag.SegmentationType, DicomTag.SegmentAlgorithmType, DicomTag.SegmentationFractionalType,
            DicomTag.SegmentsOverlap, DicomTag.ContentLabel, DicomTag.ROIGenerationAlgorithm, DicomTag.ContourGeometricType,
            DicomTag.RTROIInterpretedType, DicomTag.ApprovalStatus,
        ],
        ["DA"] =
        [
            DicomTag.StudyDate, DicomTag.SeriesDate, DicomTag.AcquisitionDate, DicomTag.ContentDate, DicomTag.PatientBirthDate,
            DicomTag.StructureSetDate,
        ],
        ["DS"] =
        [
            DicomTag.PhilipsSuvScaleFactor, DicomTag.PhilipsActivityScaleFactor, DicomTag.PatientSize, DicomTag.PatientWeight,
            DicomTag.SliceThickness, DicomTag.EchoTime, DicomTag.SpacingBetweenSlices, DicomTag.TriggerTime,
            DicomTag.RadionuclideTotalDose, DicomTag.RadionuclideHalfLife, DicomTag.GantryDetectorTilt, DicomTag.ImagerPixelSpacing,
            DicomTag.ImagePositionPatient, DicomTag.ImageOrientationPatient, DicomTag.PixelSpacing, DicomTag.RescaleIntercept,
            DicomTag.RescaleSlope, DicomTag.ContourData,
        ],
        ["DT"] =
        [
            DicomTag.GeScanDateTime, DicomTag.AcquisitionDateTime, DicomTag.RadiopharmaceuticalStartDateTime,
        ],
        ["FD"] =
        [
            DicomTag.DiffusionBValue, DicomTag.RealWorldValueSlope,
        ],
        ["IS"] =
        [
            DicomTag.ReferencedFrameNumber, DicomTag.SeriesNumber, DicomTag.AcquisitionNumber, DicomTag.InstanceNumber,
            DicomTag.TemporalPositionIdentifier, DicomTag.NumberOfFrames, DicomTag.ROINumber, DicomTag.ROIDisplayColor,
            DicomTag.NumberOfContourPoints, DicomTag.ObservationNumber, DicomTag.ReferencedROINumber,
        ],
        ["LO"] =
        [
            DicomTag.GePetCreator, DicomTag.PhilipsPetCreator, DicomTag.Manufacturer, DicomTag.CodeMeaning, DicomTag.StudyDescription,
            DicomTag.SeriesDescription, DicomTag.ManufacturerModelName, DicomTag.PatientID, DicomTag.IssuerOfPatientID,
            DicomTag.DeidentificationMethod, DicomTag.DeviceSerialNumber, DicomTag.SoftwareVersions,
            DicomTag.PositionReferenceIndicator, DicomTag.DimensionDescriptionLabel, DicomTag.SegmentLabel,
            DicomTag.SegmentAlgorithmName, DicomTag.ContentDescription, DicomTag.ROIName,
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
        ["OW"] =
        [
            DicomTag.PixelData,
        ],
        ["PN"] =
        [
            DicomTag.ReferringPhysicianName, DicomTag.OperatorsName, DicomTag.PatientName, DicomTag.ContentCreatorName,
            DicomTag.ROIInterpreter,
        ],
        ["SH"] =
        [
            DicomTag.ImplementationVersionName, DicomTag.AccessionNumber, DicomTag.CodeValue, DicomTag.CodingSchemeDesignator,
            DicomTag.TimezoneOffsetFromUTC, DicomTag.StudyID, DicomTag.StructureSetLabel,
        ],
        ["SQ"] =
        [
            DicomTag.ReferencedSeriesSequence, DicomTag.ReferencedInstanceSequence, DicomTag.SourceImageSequence,
            DicomTag.DerivationImageSequence, DicomTag.DerivationCodeSequence, DicomTag.FrameContentSequence,
            DicomTag.PlanePositionSequence, DicomTag.PlaneOrientationSequence, DicomTag.DimensionOrganizationSequence,
            DicomTag.DimensionIndexSequence, DicomTag.ModalityLUTSequence, DicomTag.PixelMeasuresSequence,
            DicomTag.PixelValueTransformationSequence, DicomTag.PurposeOfReferenceCodeSequence,
            DicomTag.RadiopharmaceuticalInformationSequence, DicomTag.SegmentSequence, DicomTag.SegmentedPropertyCategoryCodeSequence,
            DicomTag.SegmentIdentificationSequence, DicomTag.SegmentedPropertyTypeCodeSequence,
            DicomTag.SegmentedPropertyTypeModifierCodeSequence, DicomTag.IconImageSequence,
            DicomTag.ReferencedFrameOfReferenceSequence, DicomTag.RTReferencedStudySequence, DicomTag.RTReferencedSeriesSequence,
            DicomTag.ContourImageSequence, DicomTag.StructureSetROISequence, DicomTag.ROIContourSequence, DicomTag.ContourSequence,
            DicomTag.RTROIObservationsSequence, DicomTag.RTROIIdentificationCodeSequence, DicomTag.SharedFunctionalGroupsSequence,
            DicomTag.PerFrameFunctionalGroupsSequence,
        ],
        ["TM"] =
        [
            DicomTag.StudyTime, DicomTag.SeriesTime, DicomTag.AcquisitionTime, DicomTag.ContentTime,
            DicomTag.RadiopharmaceuticalStartTime, DicomTag.StructureSetTime,
        ],
        ["UI"] =
        [
            DicomTag.MediaStorageSOPClassUID, DicomTag.MediaStorageSOPInstanceUID, DicomTag.TransferSyntaxUID,
            DicomTag.ImplementationClassUID, DicomTag.SOPClassUID, DicomTag.SOPInstanceUID, DicomTag.ReferencedSOPClassUID,
            DicomTag.ReferencedSOPInstanceUID, DicomTag.StudyInstanceUID, DicomTag.SeriesInstanceUID, DicomTag.FrameOfReferenceUID,
            DicomTag.DimensionOrganizationUID, DicomTag.ReferencedFrameOfReferenceUID,
        ],
        ["UL"] =
        [
            DicomTag.FileMetaInformationGroupLength, DicomTag.DimensionIndexValues,
        ],
        ["US"] =
        [
            DicomTag.SamplesPerPixel, DicomTag.Rows, DicomTag.Columns, DicomTag.BitsAllocated, DicomTag.BitsStored, DicomTag.HighBit,
            DicomTag.PixelRepresentation, DicomTag.SegmentNumber, DicomTag.ReferencedSegmentNumber,
            DicomTag.RecommendedDisplayCIELabValue, DicomTag.MaximumFractionalValue,
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

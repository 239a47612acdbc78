using NnUNet.Foundation;
using NnUNet.Imaging.Formats;
using NnUNet.Imaging.Formats.Dicom;
using NnUNet.Imaging.Formats.Dicom.DataSets;
using NnUNet.Testing;

namespace NnUNet.Imaging.Tests.Formats.Dicom;

/// <summary>70 kg, 370 MBq of F-18 (half-life 6586.2 s); of voxel (1, 2, 3) the file has 123 x 1000 Bq/ml. Factors were computed by hand.</summary>
public sealed class StandardUptakeTests : IDisposable
{
    private const double Stored = 123_000;
    private const double AtInjection = 70_000 / 370e6; // 1.8918919e-4
    private const double AfterAnHour = 2.7633668171764324e-4; // AtInjection x 2^(3600 / 6586.2)

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("110000", "110500", "100000", AfterAnHour)]
    [InlineData("120000", "110000", "100000", AfterAnHour)] // a series that was made later: the earliest acquisition counts
    [InlineData("110000.00", "", "100000.000000", AfterAnHour)]
    [InlineData("", "110000", "10:00:00", AfterAnHour)]
    [InlineData("003000", "003500", "233000", AfterAnHour)] // past midnight
    [InlineData("1000", "1005", "10", AtInjection)]
    public void Read_DecaysTheDoseToTheBeginOfTheScan(string series, string acquisition, string injection, double factor)
    {
        Pet(pet => pet.AddText(DicomTag.SeriesTime, series).AddText(DicomTag.AcquisitionTime, acquisition), injected => injected.AddText(DicomTag.RadiopharmaceuticalStartTime, injection));

        Assert.Equal(Stored * factor, Suv(), 1e-6 * Stored * factor);
    }

    [Theory]
    [InlineData("20260102100000.000000", AfterAnHour)]
    [InlineData("20260102110000.00+0200", AfterAnHour)] // the file's zone is +0100
    [InlineData("20260102093000", 70_000 / (370e6 * 0.56648272))] // 2^(-5400 / 6586.2) = 0.56648272
    public void Read_TakesTheDateOfTheInjection(string start, double factor)
    {
        Pet(static pet => pet.AddText(DicomTag.TimezoneOffsetFromUTC, "+0100"), injected => injected.AddText(DicomTag.RadiopharmaceuticalStartDateTime, start).AddText(DicomTag.RadiopharmaceuticalStartTime, "103000"));

        Assert.Equal(Stored * factor, Suv(), 1e-5 * Stored * factor);
    }

    [Fact]
    public void Read_ImagesCorrectedToTheInjection_DecayNothing()
    {
        Pet(static pet => pet.AddText(DicomTag.DecayCorrection, "ADMIN"), static injected => injected.AddNumbers(DicomTag.RadionuclideHalfLife));

        Assert.Equal(Stored * AtInjection, Suv(), 1e-3);
    }

    [Fact]
    public void Read_OfGe_TakesItsScanTime_WhereTheSeriesIsLater()
    {
        Pet(static pet => pet.AddText(DicomTag.SeriesTime, "150000").AddText(DicomTag.AcquisitionTime, "110300").AddText(DicomTag.GePetCreator, "GEMS_PETD_01").AddText(DicomTag.GeScanDateTime, "20260102110000.00"));

        Assert.Equal(Stored * AfterAnHour, Suv(), 1e-3);
    }

    [Fact]
    public void Read_SuvAlready_StaysAsItIs()
    {
        Pet(static pet => pet.AddText(DicomTag.Units, "GML").AddNumbers(DicomTag.PatientWeight));

        Assert.Equal(Stored, Suv(), 1e-3);
        Assert.Empty(ImageFile.ReadHeader(_folder["pet"]).Warnings);
    }

    [Fact]
    public void Read_CountsOfPhilips_TakeItsFactors()
    {
        Pet(static pet => pet.AddText(DicomTag.Units, "CNTS").AddText(DicomTag.PhilipsPetCreator, "Philips PET Private Group").AddNumbers(DicomTag.PhilipsSuvScaleFactor, 0.0005));
        double scaled = Suv();
        Pet(static pet => pet.AddText(DicomTag.Units, "CNTS").AddText(DicomTag.PhilipsPetCreator, "Philips PET Private Group").AddNumbers(DicomTag.PhilipsSuvScaleFactor, 0).AddNumbers(DicomTag.PhilipsActivityScaleFactor, 2));

        Assert.Equal(61.5, scaled, 1e-4);
        Assert.Equal(2 * Stored * AfterAnHour, Suv(), 1e-3);
    }

    [Fact]
    public void Read_Unasked_IsTheStoredUnit_WithAWord()
    {
        Pet();

        Assert.Equal(Stored, ImageFile.ReadVolume(_folder["pet"])[1, 2, 3]);
        Assert.Equal(["the values of this PET are Bq/ml, not SUV (--suv makes SUV of them)"], ImageFile.ReadHeader(_folder["pet"]).Warnings);
    }

    [Fact]
    public void Read_OfCt_ChangesNothing()
    {
        Directory.CreateDirectory(_folder["pet"]);
        new SyntheticSeries(_folder["pet"]).Slices(3);

        Assert.Equal((2 * 123) - 1024, Suv());
    }

    [Fact]
    public void Read_WithoutWhatIsNeeded_SaysAllOfIt()
    {
        Pet(static pet => pet.AddText(DicomTag.PatientWeight), static injected => injected.AddNumbers(DicomTag.RadionuclideTotalDose, 0).AddText(DicomTag.RadiopharmaceuticalStartTime));

        FileFormatException e = Assert.Throws<FileFormatException>(() => Suv());

        Assert.Equal("SUV cannot be computed: PatientWeight, RadionuclideTotalDose, RadiopharmaceuticalStartTime are missing or 0", e.What);
    }

    [Theory]
    [InlineData(nameof(DicomTag.Units), "PROPCPS", "the values are PROPCPS (Units), and SUV is made of BQML, CNTS (Philips) and GML")]
    [InlineData(nameof(DicomTag.Units), "CNTS", "neither of Philips' scale factors")]
    [InlineData(nameof(DicomTag.DecayCorrection), "NONE", "corrected for decay to NONE")]
    [InlineData(nameof(DicomTag.CorrectedImage), "DECY", "but must be for attenuation (ATTN) and decay (DECY)")]
    public void Read_WhatIsNotSuv_IsRefused(string tag, string value, string what)
    {
        Pet(pet => pet.AddText(Enum.Parse<DicomTag>(tag), value));

        Assert.Contains(what, Assert.Throws<FileFormatException>(() => Suv()).What, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(370, "20260102100000", "which is no dose; it may be in another unit")]
    [InlineData(370e6, "20260102120000", "is after the begin of the scan (2026-01-02 11:00:00)")]
    [InlineData(370e6, "20251202100000", "more than 10 half-lives of 109.8 minutes")]
    public void Read_WhatCannotBe_IsRefused(double dose, string start, string what)
    {
        Pet(change: null, injected => injected.AddNumbers(DicomTag.RadionuclideTotalDose, dose).AddText(DicomTag.RadiopharmaceuticalStartDateTime, start));

        Assert.Contains(what, Assert.Throws<FileFormatException>(() => Suv()).What, StringComparison.Ordinal);
    }

    private double Suv()
    {
        using IDisposable asked = StandardUptake.Ask(asked: true);
        return ImageFile.ReadVolume(_folder["pet"])[1, 2, 3];
    }

    private void Pet(Action<DicomDataSet>? change = null, Action<DicomDataSet>? injection = null)
    {
        Directory.CreateDirectory(_folder["pet"]);
        new SyntheticSeries(_folder["pet"]).Slices(3, data =>
        {
            data.AddText(DicomTag.Modality, "PT")
                .AddText(DicomTag.Units, "BQML")
                .AddText(DicomTag.DecayCorrection, "START")
                .AddText(DicomTag.CorrectedImage, "DECY", "ATTN", "SCAT")
                .AddText(DicomTag.SeriesDate, "20260102")
                .AddText(DicomTag.SeriesTime, "110000")
                .AddText(DicomTag.AcquisitionDate, "20260102")
                .AddText(DicomTag.AcquisitionTime, "110500")
                .AddNumbers(DicomTag.PatientWeight, 70)
                .AddNumbers(DicomTag.RescaleSlope, 1000)
                .AddNumbers(DicomTag.RescaleIntercept, 0)
                .AddItems(DicomTag.RadiopharmaceuticalInformationSequence, one =>
                {
                    one.AddNumbers(DicomTag.RadionuclideTotalDose, 370e6).AddNumbers(DicomTag.RadionuclideHalfLife, 6586.2).AddText(DicomTag.RadiopharmaceuticalStartTime, "100000");
                    injection?.Invoke(one);
                });
            change?.Invoke(data);
        });
    }
}

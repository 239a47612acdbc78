using NnUNet.Foundation;
using NnUNet.Imaging.Formats;
using NnUNet.Testing;

namespace NnUNet.Imaging.Tests.Formats.Nifti;

public sealed class NiftiOrientationTests : IDisposable
{
    private static readonly double[] Sheared = [1, 0.2, 0, 7, 0, 1, 0, 8, 0, 0, 1, 9];
    private static readonly double[] Turned = [0, -1, 0, 7, 1, 0, 0, 8, 0, 0, 1, 9]; // a quarter turn about z

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void NeitherForm_IsTheIdentityInLpsWithPixdim()
    {
        // When
        ImageHeader header = Read(new NiftiBytes { PixDim = [-1, 2, 3, 4, 1, 1, 1, 1], QOffset = [5, 6, 7] });

        // Then
        Assert.Equal<ValueArray<double>>([2, 3, 4], header.Geometry.ItkSpacing);
        Assert.Equal<ValueArray<double>>([0, 0, 0], header.Geometry.ItkOrigin);
        Assert.Equal(ImageGeometry.Identity.ItkDirection, header.Geometry.ItkDirection);
    }

    [Fact]
    public void NegativePixdim_WithoutForms_TurnsTheAxisRound()
    {
        // When
        ImageHeader header = Read(new NiftiBytes { PixDim = [1, -2, 3, 4, 1, 1, 1, 1] });

        // Then
        Assert.Equal<ValueArray<double>>([2, 3, 4], header.Geometry.ItkSpacing);
        Assert.Equal<ValueArray<double>>([-1, 0, 0, 0, 1, 0, 0, 0, 1], header.Geometry.ItkDirection);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public void PixdimThatIsNoLength_MeansOne(double pixdim)
    {
        // When
        ImageHeader header = Read(new NiftiBytes { PixDim = [1, pixdim, 3, 4, 1, 1, 1, 1] });

        // Then
        Assert.Equal<ValueArray<double>>([1, 3, 4], header.Geometry.ItkSpacing);
        Assert.Equal(["pixdim along x is no length, so that 1 was taken"], header.Warnings);
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(1, 1000)]
    [InlineData(2, 1)]
    [InlineData(3, 0.001)]
    [InlineData(2 | 8, 1)]
    public void Units_ScaleSpacingAndOriginToMillimetres(int units, double factor)
    {
        // When
        ImageGeometry geometry = Read(new NiftiBytes { Units = units, QFormCode = 1, PixDim = [1, 2, 3, 4, 1, 1, 1, 1], QOffset = [5, 6, 7] }).Geometry;

        // Then
        Assert.Equal<ValueArray<double>>([2 * factor, 3 * factor, 4 * factor], geometry.ItkSpacing);
        Assert.Equal<ValueArray<double>>([-5 * factor, -6 * factor, 7 * factor], geometry.ItkOrigin);
    }

    [Theory]
    [InlineData(1, new double[] { -1, 0, 0, 0, -1, 0, 0, 0, 1 })]
    [InlineData(-1, new double[] { -1, 0, 0, 0, -1, 0, 0, 0, -1 })]
    [InlineData(0, new double[] { -1, 0, 0, 0, -1, 0, 0, 0, 1 })]
    public void QFormOnly_WithoutRotation_FlipsRasToLpsAndTurnsZByQfac(double qfac, double[] direction)
    {
        // When
        ImageGeometry geometry = Read(new NiftiBytes { QFormCode = 2, PixDim = [qfac, 2, 3, 4, 1, 1, 1, 1], QOffset = [5, 6, 7] }).Geometry;

        // Then
        Assert.Equal<ValueArray<double>>([-5, -6, 7], geometry.ItkOrigin);
        Assert.Equal(new ValueArray<double>(direction), geometry.ItkDirection);
    }

    [Fact]
    public void QForm_ADegenerateQuaternion_IsNormalised()
    {
        // Given: b, c, d longer than 1, a half turn about x
        NiftiBytes bytes = new() { QFormCode = 1, Quaternion = [2, 0, 0] };

        // When
        ImageGeometry geometry = Read(bytes).Geometry;

        // Then
        Assert.Equal<ValueArray<double>>([-1, 0, 0, 0, 1, 0, 0, 0, -1], geometry.ItkDirection);
    }

    [Theory]
    [InlineData(0, 2)] // no qform
    [InlineData(1, 1)] // the sform is a scanner's
    [InlineData(2, 1)]
    public void SFormOrthonormal_IsTaken(int qformCode, int sformCode)
    {
        // When
        ImageHeader header = Read(new NiftiBytes { QFormCode = qformCode, SFormCode = sformCode, SRows = Turned });

        // Then: RAS (0, 1, 0) is LPS (0, -1, 0)
        Assert.Equal<ValueArray<double>>([0, 1, 0, -1, 0, 0, 0, 0, 1], header.Geometry.ItkDirection);
        Assert.Equal<ValueArray<double>>([-7, -8, 9], header.Geometry.ItkOrigin);
        Assert.Empty(header.Warnings);
    }

    [Theory]
    [InlineData(1, 0)] // no sform
    [InlineData(1, 2)] // both known, they differ, and the sform is not a scanner's
    [InlineData(2, 4)]
    public void SFormUnknownOrDifferent_LosesAgainstTheQForm(int qformCode, int sformCode)
    {
        // When
        ImageHeader header = Read(new NiftiBytes { QFormCode = qformCode, SFormCode = sformCode, SRows = Turned, QOffset = [1, 2, 3] });

        // Then
        Assert.Equal<ValueArray<double>>([-1, 0, 0, 0, -1, 0, 0, 0, 1], header.Geometry.ItkDirection);
        Assert.Equal<ValueArray<double>>([-1, -2, 3], header.Geometry.ItkOrigin);
    }

    [Fact]
    public void SFormThatAgreesWithTheQForm_IsTakenForItsPrecision()
    {
        // Given: the sform is turned by 5e-5, less than the tolerance, and not a scanner's
        NiftiBytes bytes = new() { QFormCode = 1, SFormCode = 2, SRows = [1, -5e-5, 0, 0, 5e-5, 1, 0, 0, 0, 0, 1, 0] };

        // When
        ImageHeader header = Read(bytes);

        // Then
        Assert.Equal(5e-5, header.Geometry.ItkDirection[1], 1e-9);
    }

    [Fact]
    public void SpacingAlwaysComesFromPixdim_AndADifferentSFormScaleIsAWarning()
    {
        // When
        ImageHeader header = Read(new NiftiBytes { SFormCode = 1, PixDim = [1, 1, 1, 5, 1, 1, 1, 1], SRows = [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 4, 0] });

        // Then
        Assert.Equal<ValueArray<double>>([1, 1, 5], header.Geometry.ItkSpacing);
        Assert.Equal(["the sform's voxel size along z is 4, but pixdim says 5; pixdim was taken"], header.Warnings);
    }

    [Theory]
    [InlineData(1, 1, "the header's unit is metre (xyzt_units 1), so that the voxels are 1000 x 1000 x 3000 mm apart; if its numbers are millimetres, the unit must be 2")]
    [InlineData(3, 1, "the header's unit is micron (xyzt_units 3), so that the voxels are 0.001 x 0.001 x 0.003 mm apart; if its numbers are millimetres, the unit must be 2")]
    public void UnitThatNoScannerHas_IsNamed(int units, double step, string expected)
    {
        // When
        ImageHeader header = Read(new NiftiBytes { Units = units, QFormCode = 1, PixDim = [1, step, step, 3 * step, 1, 1, 1, 1] });

        // Then
        Assert.Equal([expected], header.Warnings);
    }

    [Theory]
    [InlineData(1, 0.001)]
    [InlineData(3, 1000)]
    public void UnitWithNumbersThatAreMeant_IsConvertedWithoutAWord(int units, double step)
    {
        // When
        ImageHeader header = Read(new NiftiBytes { Units = units, QFormCode = 1, PixDim = [1, step, step, step, 1, 1, 1, 1] });

        // Then
        Golden.AssertClose("spacing", [1, 1, 1], header.Geometry.ItkSpacing.AsSpan(), 1e-6);
        Assert.Empty(header.Warnings);
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(1, 1)]
    [InlineData(1, 2)]
    public void ShearedSForm_BecomesTheClosestRotationWithAWarning(int qformCode, int sformCode)
    {
        // When
        ImageHeader header = Read(new NiftiBytes { QFormCode = qformCode, SFormCode = sformCode, SRows = Sheared });

        // Then: the closest rotation to ((1, s), (0, 1)) turns by atan(s / 2)
        double c = Math.Cos(Math.Atan(0.1)), s = Math.Sin(Math.Atan(0.1));
        Golden.AssertClose("direction", [-c, -s, 0, s, -c, 0, 0, 0, 1], header.Geometry.ItkDirection.AsSpan(), 1e-7);
        Assert.Equal<ValueArray<double>>([-7, -8, 9], header.Geometry.ItkOrigin);
        Assert.Equal(["the sform is sheared; the closest rotation was taken instead"], header.Warnings);
    }

    [Fact]
    public void SingularSForm_FallsBackToTheQFormWithAWarning()
    {
        // When
        ImageHeader header = Read(new NiftiBytes { QFormCode = 1, SFormCode = 1, SRows = new double[12], QOffset = [1, 2, 3] });

        // Then
        Assert.Equal<ValueArray<double>>([-1, -2, 3], header.Geometry.ItkOrigin);
        Assert.Single(header.Warnings);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(double.NaN)]
    public void SingularSFormWithoutQForm_IsRefused(double value)
    {
        // Given
        double[] rows = new double[12];
        Array.Fill(rows, value);

        // When
        FileFormatException e = Assert.Throws<FileFormatException>(() => Read(new NiftiBytes { SFormCode = 1, SRows = rows }));

        // Then
        Assert.Contains("singular or not finite", e.What, StringComparison.Ordinal);
    }

    [Fact]
    public void AnUprightSliceOfTwoAxes_IsTakenAsXAndYWithAWarning()
    {
        // Given: the slice's y axis points to superior
        NiftiBytes bytes = new() { Dim = [2, 6, 4, 1, 1, 1, 1, 1], SFormCode = 1, SRows = [1, 0, 0, 0, 0, 0, -1, 0, 0, 1, 0, 0] };

        // When
        ImageHeader header = Read(bytes);

        // Then
        Assert.Equal(ImageGeometry.Identity.ItkDirection, header.Geometry.ItkDirection);
        Assert.Single(header.Warnings);
    }

    private ImageHeader Read(NiftiBytes bytes) => ImageFile.ReadHeader(bytes.Save(_folder["a.nii"]));
}

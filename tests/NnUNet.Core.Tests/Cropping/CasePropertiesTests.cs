using NnUNet.Core.Cropping;
using NnUNet.Foundation;
using NnUNet.Imaging;
using NnUNet.Testing;

namespace NnUNet.Core.Tests.Cropping;

public sealed class CasePropertiesTests
{
    [SkippableFact]
    public void TheOriginalsProperties_AreRead()
    {
        // When
        CaseProperties properties = ProductJson.Read<CaseProperties>(TestData.Golden("synthetic_preprocessing/Task101_SynCT/pre_3d_case_00.json"));

        // Then
        Assert.Equal(new Extent(14, 64, 60), properties.OriginalExtent);
        Assert.Equal(new BoundingBox(new Extent(2, 5, 0), new Extent(12, 59, 56)), properties.CropBox);
        Assert.Equal([-1, 0, 1, 2], properties.Classes);
        Assert.Equal(5.0, properties.Geometry.Spacing.Z);
        Assert.Equal([17, 57, 54], properties.SizeAfterResampling);
    }
}

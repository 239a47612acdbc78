using NnUNet.Core.Bundles;
using NnUNet.Foundation;
using NnUNet.Testing;

namespace NnUNet.Core.Tests.Bundles;

public sealed class BundleModelFolderTests : IDisposable
{
    private const string Trained = "nnUNetTrainer__nnUNetPlans__3d_fullres";

    private readonly TemporaryFolder _folder = new();

    private static BundleModel Model => new() { Name = "m", Dataset = "Dataset291_Organs", Trainer = "nnUNetTrainer" };

    private string[] Places => [_folder["first"], _folder["second"]];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Find_ByTheNumber_TakesTheFolderOfThatNumber()
    {
        Directory.CreateDirectory(_folder[$"second/Dataset291_Renamed/{Trained}"]);

        Assert.Equal(_folder[$"second/Dataset291_Renamed/{Trained}"], BundleModelFolder.Find(Of(Model), Model, Places));
    }

    [Fact]
    public void Find_OfTwoOfANumber_TakesTheOneOfTheName()
    {
        Directory.CreateDirectory(_folder[$"first/Dataset291_Another/{Trained}"]);
        Directory.CreateDirectory(_folder[$"first/Dataset291_Organs/{Trained}"]);

        Assert.Equal(_folder[$"first/Dataset291_Organs/{Trained}"], BundleModelFolder.Find(Of(Model), Model, Places));
    }

    [Fact]
    public void Find_OfTwoPlans_TakesThoseThatAreNamed()
    {
        Directory.CreateDirectory(_folder[$"first/Dataset291_Organs/{Trained}"]);
        Directory.CreateDirectory(_folder["first/Dataset291_Organs/nnUNetTrainer__nnUNetResEncUNetLPlans_8__3d_fullres"]);
        BundleModel small = Model with { Plans = "nnUNetResEncUNetLPlans_8", Trainer = "*" };

        Assert.EndsWith("LPlans_8__3d_fullres", BundleModelFolder.Find(Of(small), small, Places), StringComparison.Ordinal);
        Assert.Contains("several models fit", Assert.Throws<DescribedException>(() => BundleModelFolder.Find(Of(small), small with { Plans = "*" }, Places)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Find_WhatIsNotThere_SaysHowToGetIt()
    {
        BundleModel model = Model with { Download = new BundleDownload { Url = "https://example.org/Dataset291_Organs.zip" } };

        DescribedException error = Assert.Throws<DescribedException>(() => BundleModelFolder.Find(Of(model), model, Places));

        Assert.Contains("the model m (Dataset291_Organs/nnUNetTrainer__nnUNetPlans__3d_fullres) is not in", error.Message, StringComparison.Ordinal);
        Assert.Contains("nnunet bundle download mine gets it, or nnunet bundle install Dataset291_Organs.zip", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Find_AFolder_IsSeenFromTheBundlesFile()
    {
        Directory.CreateDirectory(_folder["bundles/nets/liver"]);
        BundleModel model = new() { Name = "m", ModelPath = "nets/liver" };

        Assert.Equal(_folder["bundles/nets/liver"], BundleModelFolder.Find(Of(model) with { Folder = _folder["bundles"] }, model, Places));
        Assert.Null(BundleModelFolder.TryFind(Of(model), model, Places));
    }

    private static Bundle Of(BundleModel model) => new() { Format = Bundle.CurrentFormat, Name = "mine", Description = "x", Labels = ["a"], Models = [model] };
}

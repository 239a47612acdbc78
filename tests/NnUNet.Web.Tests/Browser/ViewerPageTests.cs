using System.Text.RegularExpressions;
using Microsoft.Playwright;
using NnUNet.Core.Evaluation;
using NnUNet.Imaging;
using NnUNet.Imaging.Formats;
using NnUNet.Web.Tests.Frame;

namespace NnUNet.Web.Tests.Browser;

/// <summary>The viewer in a real browser.</summary>
[Collection(BrowserCollection.Name)]
public sealed class ViewerPageTests(BrowserFixture browser) : IDisposable
{
    private const string Query = $"task={DemoWorkspace.Task}&case={DemoWorkspace.Case}&prediction={DemoWorkspace.Predictions}";
    private const int EnoughPixels = 200;
    private readonly DemoWorkspace _workspace = new();

    public void Dispose() => _workspace.Dispose();

    [SkippableFact]
    public async Task ACase_IsShownWithEachLabelInItsColour()
    {
        await using RunningPage program = await RunningPage.StartAsync(_workspace.Settings);
        await using WatchedPage page = await browser.OpenAsync(program.Client.BaseAddress!);
        await page.GoToViewerAsync(Query);
        Skip.IfNot(await page.HasVolumesAsync(), "volumes cannot be drawn here: " + await page.Page.Locator("[role=status]").TextContentAsync());

        // Without the image shining through, a label's pixels have its colour.
        await page.Page.EvaluateAsync("() => document.querySelectorAll('input[data-label]').forEach(e => { e.value = '1'; e.dispatchEvent(new Event('input')); })");

        IReadOnlyList<Volume<float>> pixels = await ShotAsync(page.Page.Locator(".scene canvas"));
        Assert.All((int[])[1, 2], label => Assert.True(Count(pixels, LabelColours.Of(label)) > EnoughPixels, $"label {label} is not to be seen"));
        page.MustBeClean();
    }

    [SkippableFact]
    public async Task ALabelThatIsSwitchedOff_IsNotShown()
    {
        await using RunningPage program = await RunningPage.StartAsync(_workspace.Settings);
        await using WatchedPage page = await browser.OpenAsync(program.Client.BaseAddress!);
        await page.GoToViewerAsync(Query);
        Skip.IfNot(await page.HasVolumesAsync(), "volumes cannot be drawn here");
        await page.Page.EvaluateAsync("() => document.querySelectorAll('input[data-label]').forEach(e => { e.value = '1'; e.dispatchEvent(new Event('input')); })");

        await page.Page.GetByRole(AriaRole.Checkbox, new PageGetByRoleOptions { Name = "1 organ" }).UncheckAsync();

        IReadOnlyList<Volume<float>> pixels = await ShotAsync(page.Page.Locator(".scene canvas"));
        Assert.Equal(0, Count(pixels, LabelColours.Of(1)));
        Assert.True(Count(pixels, LabelColours.Of(2)) > EnoughPixels);
    }

    [SkippableFact]
    public async Task TheDifference_IsLoadedWhenItIsSwitchedOn()
    {
        await using RunningPage program = await RunningPage.StartAsync(_workspace.Settings);
        await using WatchedPage page = await browser.OpenAsync(program.Client.BaseAddress!);
        await page.GoToViewerAsync(Query);
        Skip.IfNot(await page.HasVolumesAsync(), "volumes cannot be drawn here");
        IReadOnlyList<Volume<float>> before = await ShotAsync(page.Page.Locator(".scene canvas"));
        Assert.Equal(0, Count(before, IsMagenta));

        await page.Page.Locator("input[data-layer=difference]").CheckAsync();
        await page.ViewerIsReadyAsync();

        IReadOnlyList<Volume<float>> after = await ShotAsync(page.Page.Locator(".scene canvas"));
        Assert.True(Count(after, IsMagenta) > EnoughPixels, "what the prediction lacks is not to be seen");
        page.MustBeClean();
    }

    [SkippableFact]
    public async Task ArrowKeys_MoveThroughTheSlices()
    {
        await using RunningPage program = await RunningPage.StartAsync(_workspace.Settings);
        await using WatchedPage page = await browser.OpenAsync(program.Client.BaseAddress!);
        await page.GoToViewerAsync(Query);
        Skip.IfNot(await page.HasVolumesAsync(), "volumes cannot be drawn here");
        int[] before = await VoxelAsync(page);

        await page.Page.Locator(".scene").FocusAsync();
        foreach (string key in (string[])["ArrowUp", "ArrowUp", "ArrowLeft", "PageUp"]) await page.Page.Keyboard.PressAsync(key);

        // To the head twice; to the patient's right, which is on the left; to the front.
        Assert.Equal([before[0] + 1, before[1] + 1, before[2] + 2], await VoxelAsync(page));
        page.MustBeClean();
    }

    [SkippableFact]
    public async Task WithoutVolumes_PicturesAreShownWithASlider()
    {
        await using RunningPage program = await RunningPage.StartAsync(_workspace.Settings);
        await using WatchedPage page = await browser.OpenAsync(program.Client.BaseAddress!);

        // As on a machine whose browser has no WebGL.
        await page.Page.AddInitScriptAsync("HTMLCanvasElement.prototype.getContext = () => null;");
        await page.GoToViewerAsync(Query);

        Assert.Contains("no WebGL2", await page.Page.Locator("[role=status]").TextContentAsync(), StringComparison.Ordinal);
        ILocator picture = page.Page.Locator("img.slice");
        await Assertions.Expect(picture).ToHaveAttributeAsync("alt", new Regex("^axial slice [0-9]+ of [0-9]+$"));
        string? first = await picture.GetAttributeAsync("src");
        await page.Page.GetByRole(AriaRole.Slider, new PageGetByRoleOptions { Name = "Slice", Exact = true }).PressAsync("ArrowRight");
        await Assertions.Expect(picture).Not.ToHaveAttributeAsync("src", first!);
        await page.Page.WaitForFunctionAsync("() => { const i = document.querySelector('img.slice'); return i.complete && i.naturalWidth > 0; }");
        page.MustBeClean();
    }

    [SkippableFact]
    public async Task TheAddress_TellsWhatIsShown()
    {
        await using RunningPage program = await RunningPage.StartAsync(_workspace.Settings);
        await using WatchedPage page = await browser.OpenAsync(program.Client.BaseAddress!);
        await page.GoToViewerAsync(Query);

        await page.Page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Next case" }).ClickAsync();
        await page.ViewerIsReadyAsync();

        Assert.Contains($"case={DemoWorkspace.OtherCase}", page.Page.Url, StringComparison.Ordinal);
        Assert.Contains("prediction=", page.Page.Url, StringComparison.Ordinal);
    }

    private static async Task<int[]> VoxelAsync(WatchedPage page) =>
        [.. Regex.Match((await page.Page.Locator(".place").TextContentAsync())!, "^voxel ([0-9]+), ([0-9]+), ([0-9]+)").Groups.Values.Skip(1).Select(static g => int.Parse(g.Value, System.Globalization.CultureInfo.InvariantCulture))];

    /// <summary>The channels of what is on the screen.</summary>
    private static async Task<IReadOnlyList<Volume<float>>> ShotAsync(ILocator place)
    {
        using MemoryStream png = new(await place.ScreenshotAsync());
        return ImageFile.ReadChannels(png, "shot.png");
    }

    private static int Count(IReadOnlyList<Volume<float>> pixels, (byte Red, byte Green, byte Blue) colour)
    {
        const int Off = 4;
        return Count(pixels, (red, green, blue) => Math.Abs(red - colour.Red) <= Off && Math.Abs(green - colour.Green) <= Off && Math.Abs(blue - colour.Blue) <= Off);
    }

    private static int Count(IReadOnlyList<Volume<float>> pixels, Func<float, float, float, bool> isIt)
    {
        int count = 0;
        for (int i = 0; i < pixels[0].Voxels.Length; i++) count += isIt(pixels[0].Voxels[i], pixels[1].Voxels[i], pixels[2].Voxels[i]) ? 1 : 0;
        return count;
    }

    private static bool IsMagenta(float red, float green, float blue) => red > 180 && blue > 180 && green < 110;
}

using NnUNet.Testing;
using NnUNet.Web.Tests.Frame;

namespace NnUNet.Web.Tests.Browser;

/// <summary>Pictures of the pages in light and dark for docs/pictures, written where <c>NNUNET_WRITE_PICTURES=1</c> asks for it.</summary>
[Collection(BrowserCollection.Name)]
public sealed class PagePictures(BrowserFixture browser)
{
    private const int LargestBytes = 150_000;

    [SkippableTheory]
    [InlineData("now", "now")]
    [InlineData("data", "data/" + DemoWorkspace.Task)]
    [InlineData("results", "results/" + DemoWorkspace.Task)]
    [InlineData("viewer", $"viewer?task={DemoWorkspace.Task}&case={DemoWorkspace.Case}")]
    public async Task EveryPage_HasAPictureInLightAndDark(string name, string route)
    {
        using DemoWorkspace workspace = new();
        for (int i = 0; i < 5; i++) workspace.EndEpoch();
        await using RunningPage program = await RunningPage.StartAsync(workspace.Settings);
        foreach (bool isDark in (bool[])[false, true])
        {
            await using WatchedPage page = await browser.OpenAsync(program.Client.BaseAddress!, width: 1100, height: 760, isDark);
            await page.GoAsync(route);
            if (name == "viewer") await page.ViewerIsReadyAsync();
            await page.Page.WaitForLoadStateAsync();
            if (name is "now" or "results") await page.Page.Locator(".uplot, figure svg").First.WaitForAsync();

            // The foot names folders of this machine.
            await page.Page.AddStyleTagAsync(new Microsoft.Playwright.PageAddStyleTagOptions { Content = "footer { visibility: hidden; }" });
            byte[] png = await page.Page.ScreenshotAsync();

            Assert.InRange(png.Length, 1000, LargestBytes);
            page.MustBeClean();
            if (Environment.GetEnvironmentVariable("NNUNET_WRITE_PICTURES") != "1") continue;
            string folder = Path.Combine(TestData.RepositoryRoot(), "docs", "pictures");
            Directory.CreateDirectory(folder);
            await File.WriteAllBytesAsync(Path.Combine(folder, $"dashboard-{name}-{(isDark ? "dark" : "light")}.png"), png);
        }
    }
}

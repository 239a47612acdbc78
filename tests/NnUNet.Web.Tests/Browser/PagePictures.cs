using NnUNet.Testing;
using NnUNet.Web.Tests.Frame;
using NnUNet.Workflows.Web;

namespace NnUNet.Web.Tests.Browser;

/// <summary>
/// Pictures of the pages in light and dark for docs/pictures, written where <c>NNUNET_WRITE_PICTURES=1</c> asks for it; then of the finished
/// workspace of <c>nnunet demo</c> that <c>NNUNET_PICTURES_WORKSPACE</c> names, which has more to show than a test needs.
/// </summary>
[Collection(BrowserCollection.Name)]
public sealed class PagePictures(BrowserFixture browser)
{
    private const int LargestBytes = 150_000;

    [SkippableTheory]
    [InlineData("now", "now")]
    [InlineData("data", "data/" + DemoWorkspace.Task)]
    [InlineData("results", "results/" + DemoWorkspace.Task)]
    [InlineData("viewer", $"viewer?task={DemoWorkspace.Task}")]
    public async Task EveryPage_HasAPictureInLightAndDark(string name, string route)
    {
        using DemoWorkspace workspace = new();
        for (int i = 0; i < 5; i++) workspace.EndEpoch();
        bool writes = Environment.GetEnvironmentVariable("NNUNET_WRITE_PICTURES") == "1";
        string? finished = writes && name != "now" ? Environment.GetEnvironmentVariable("NNUNET_PICTURES_WORKSPACE") : null;
        await using RunningPage program = await RunningPage.StartAsync(finished is null
            ? workspace.Settings
            : new DashboardSettings { Raw = Path.Combine(finished, "raw"), Preprocessed = Path.Combine(finished, "preprocessed"), Results = Path.Combine(finished, "results") });
        foreach (bool isDark in (bool[])[false, true])
        {
            await using WatchedPage page = await browser.OpenAsync(program.Client.BaseAddress!, width: 1100, height: 860, isDark);
            await page.GoAsync(route);
            if (name == "viewer") await page.ViewerIsReadyAsync();
            await page.Page.WaitForLoadStateAsync();
            if (name is "now" or "results") await page.Page.Locator(".uplot, figure svg").First.WaitForAsync();

            // The foot names folders of this machine.
            await page.Page.AddStyleTagAsync(new Microsoft.Playwright.PageAddStyleTagOptions { Content = "footer { visibility: hidden; }" });
            byte[] png = await page.Page.ScreenshotAsync();

            Assert.InRange(png.Length, 1000, LargestBytes);
            page.MustBeClean();
            if (!writes) continue;
            string folder = Path.Combine(TestData.RepositoryRoot(), "docs", "pictures");
            Directory.CreateDirectory(folder);
            await File.WriteAllBytesAsync(Path.Combine(folder, $"dashboard-{name}-{(isDark ? "dark" : "light")}.png"), png);
        }
    }
}

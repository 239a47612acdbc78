using Microsoft.Playwright;
using NnUNet.Web.Tests.Frame;

namespace NnUNet.Web.Tests.Browser;

/// <summary>What holds for every page.</summary>
[Collection(BrowserCollection.Name)]
public sealed class AllPagesTests(BrowserFixture browser) : IDisposable
{
    private const int Phone = 390;
    private const string Viewer = $"viewer?task={DemoWorkspace.Task}&case={DemoWorkspace.Case}";
    private readonly DemoWorkspace _workspace = new();

    public void Dispose() => _workspace.Dispose();

    [SkippableTheory]
    [InlineData("now")]
    [InlineData("data")]
    [InlineData("data/" + DemoWorkspace.Task)]
    [InlineData("results")]
    [InlineData("results/" + DemoWorkspace.Task)]
    [InlineData("viewer")]
    [InlineData(Viewer + "&pictures=1")]
    public async Task OnAPhone_NothingScrollsSideways(string route)
    {
        await using RunningPage program = await RunningPage.StartAsync(_workspace.Settings);
        await using WatchedPage page = await browser.OpenAsync(program.Client.BaseAddress!, Phone, 844);

        await page.GoAsync(route);
        if (route.StartsWith("viewer", StringComparison.Ordinal)) await page.ViewerIsReadyAsync();
        await page.Page.WaitForLoadStateAsync(LoadState.Load);

        Assert.Equal(Phone, await page.Page.EvaluateAsync<int>("() => document.documentElement.scrollWidth"));
        page.MustBeClean();
    }

    [SkippableFact]
    public async Task TheKeyboard_ReachesThePagesAndTheImage()
    {
        await using RunningPage program = await RunningPage.StartAsync(_workspace.Settings);
        await using WatchedPage page = await browser.OpenAsync(program.Client.BaseAddress!);
        await page.GoAsync("now");

        await TabToAsync(page, "document.activeElement.dataset.path === 'viewer'");
        await page.Page.Keyboard.PressAsync("Enter");
        await page.ViewerIsReadyAsync();
        await TabToAsync(page, "document.activeElement.classList.contains('scene')");
        string? before = await page.Page.Locator(".place").TextContentAsync();
        await page.Page.Keyboard.PressAsync("ArrowUp");

        Assert.NotEqual(before, await page.Page.Locator(".place").TextContentAsync());
        page.MustBeClean();
    }

    [SkippableFact]
    public async Task DarkAndLight_AreKept()
    {
        await using RunningPage program = await RunningPage.StartAsync(_workspace.Settings);
        await using WatchedPage page = await browser.OpenAsync(program.Client.BaseAddress!, isDark: true);
        await page.GoAsync("now");
        Assert.Equal("dark", await page.Page.GetAttributeAsync("html", "data-theme"));

        await page.Page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Dark or light" }).ClickAsync();
        await page.Page.ReloadAsync();

        await Assertions.Expect(page.Page.Locator("html")).ToHaveAttributeAsync("data-theme", "light");
    }

    private static async Task TabToAsync(WatchedPage page, string condition)
    {
        const int Most = 60;
        for (int i = 0; i < Most; i++)
        {
            await page.Page.Keyboard.PressAsync("Tab");
            if (await page.Page.EvaluateAsync<bool>($"() => {condition}")) return;
        }

        Assert.Fail($"{Most} times Tab do not reach it");
    }
}

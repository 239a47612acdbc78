using System.Globalization;
using Microsoft.Playwright;
using NnUNet.Web.Tests.Frame;

namespace NnUNet.Web.Tests.Browser;

/// <summary>The pages of what runs and of results in a real browser.</summary>
[Collection(BrowserCollection.Name)]
public sealed class LivePagesTests(BrowserFixture browser) : IDisposable
{
    private readonly DemoWorkspace _workspace = new();

    public void Dispose() => _workspace.Dispose();

    [SkippableFact]
    public async Task ACurve_GainsAPointWithoutReloading()
    {
        await using RunningPage program = await RunningPage.StartAsync(_workspace.Settings);
        await using WatchedPage page = await browser.OpenAsync(program.Client.BaseAddress!);
        await page.GoAsync("now");
        ILocator figure = page.Page.Locator("figure", new PageLocatorOptions { HasText = "Losses" });
        await figure.Locator("summary").ClickAsync();
        ILocator epochs = figure.Locator("details tbody tr");
        await Assertions.Expect(epochs).ToHaveCountAsync(3);
        await page.Page.EvaluateAsync("() => { window.isTheSame = true; }");

        _workspace.EndEpoch();

        await Assertions.Expect(epochs).ToHaveCountAsync(4, new LocatorAssertionsToHaveCountOptions { Timeout = BrowserFixture.Patience });
        await Assertions.Expect(page.Page.GetByText(string.Create(CultureInfo.InvariantCulture, $"4 of {DemoWorkspace.Epochs} epochs"))).ToBeVisibleAsync();
        Assert.True(await page.Page.EvaluateAsync<bool>("() => window.isTheSame === true"));
        page.MustBeClean();
    }

    [SkippableFact]
    public async Task TheResultsTable_IsSortedByAClickAndByEnter()
    {
        await using RunningPage program = await RunningPage.StartAsync(_workspace.Settings);
        await using WatchedPage page = await browser.OpenAsync(program.Client.BaseAddress!);
        await page.GoAsync("results/" + DemoWorkspace.Task);
        ILocator table = page.Page.Locator("table", new PageLocatorOptions { HasText = "worst cases first" });
        ILocator names = table.Locator("tbody tr td:first-child");

        // Worst first; the case's name as a person counts, by a click; the other way round by the keyboard.
        await Assertions.Expect(names).ToHaveTextAsync([DemoWorkspace.Case, DemoWorkspace.OtherCase]);
        ILocator head = table.Locator("thead button", new LocatorLocatorOptions { HasText = "case" }).First;
        await head.ClickAsync();
        await Assertions.Expect(table.Locator("th").First).ToHaveAttributeAsync("aria-sort", "ascending");
        await head.FocusAsync();
        await page.Page.Keyboard.PressAsync("Enter");
        await Assertions.Expect(table.Locator("th").First).ToHaveAttributeAsync("aria-sort", "descending");

        await Assertions.Expect(names).ToHaveTextAsync([DemoWorkspace.OtherCase, DemoWorkspace.Case]);
        page.MustBeClean();
    }

    [SkippableFact]
    public async Task ARowOfTheResults_LeadsToItsCaseInTheViewer()
    {
        await using RunningPage program = await RunningPage.StartAsync(_workspace.Settings);
        await using WatchedPage page = await browser.OpenAsync(program.Client.BaseAddress!);
        await page.GoAsync("results/" + DemoWorkspace.Task);

        await page.Page.GetByRole(AriaRole.Link, new PageGetByRoleOptions { Name = DemoWorkspace.OtherCase }).ClickAsync();
        await page.ViewerIsReadyAsync();

        Assert.Equal(DemoWorkspace.OtherCase, await page.Page.GetByRole(AriaRole.Combobox, new PageGetByRoleOptions { Name = "Case", Exact = true }).InputValueAsync());
        Assert.Equal(DemoWorkspace.Predictions, await page.Page.GetByRole(AriaRole.Combobox, new PageGetByRoleOptions { Name = "Prediction", Exact = true }).InputValueAsync());
        page.MustBeClean();
    }
}

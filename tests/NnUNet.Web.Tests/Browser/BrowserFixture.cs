using Microsoft.Playwright;

namespace NnUNet.Web.Tests.Browser;

/// <summary>One chromium for all tests of pages, with volumes drawn by its own software; none where the machine has no chromium.</summary>
public sealed class BrowserFixture : IAsyncLifetime
{
    private static readonly string[] Names = ["chromium", "chromium-browser"];
    private IPlaywright? _playwright;
    private IBrowser? _browser;
    private string? _missing;

    /// <summary>Against hangs only.</summary>
    public const float Patience = 120_000;

    public async Task InitializeAsync()
    {
        string? program = Environment.GetEnvironmentVariable("PATH")?.Split(Path.PathSeparator).SelectMany(static folder => Names.Select(name => Path.Combine(folder, name))).FirstOrDefault(File.Exists);
        if (program is null)
        {
            _missing = "chromium is not installed (apt-get install chromium), so the pages are not opened in a browser";
            return;
        }

        Assertions.SetDefaultExpectTimeout(Patience);
        _playwright = await Playwright.CreateAsync();
        _browser = await _playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions
        {
            ExecutablePath = program,
            Timeout = Patience,
            Args = ["--no-sandbox", "--disable-background-networking", "--disable-component-update", "--use-gl=angle", "--use-angle=swiftshader", "--enable-unsafe-swiftshader"],
        });
    }

    public async Task DisposeAsync()
    {
        if (_browser is not null) await _browser.DisposeAsync();
        _playwright?.Dispose();
    }

    /// <summary>A page of its own; skips the test where there is no browser.</summary>
    internal async Task<WatchedPage> OpenAsync(Uri address, int width = 1280, int height = 900, bool isDark = false)
    {
        Skip.If(_missing is not null, _missing);
        return await WatchedPage.OpenAsync(_browser!, address, width, height, isDark);
    }
}

/// <summary>Tests that share the browser.</summary>
[CollectionDefinition(Name)]
public sealed class BrowserCollection : ICollectionFixture<BrowserFixture>
{
    public const string Name = "browser";
}

using System.Collections.Concurrent;
using Microsoft.Playwright;

namespace NnUNet.Web.Tests.Browser;

/// <summary>A page in the browser that is watched: what its console says, and whom it calls.</summary>
internal sealed class WatchedPage : IAsyncDisposable
{
    private readonly IBrowserContext _context;
    private readonly ConcurrentQueue<string> _faults = new();

    private WatchedPage(IBrowserContext context, IPage page, Uri address)
    {
        (_context, Page, Address) = (context, page, address);
        page.Console += (_, message) =>
        {
            if (message.Type is "error" or "warning") _faults.Enqueue($"{message.Type}: {message.Text}");
        };
        page.PageError += (_, error) => _faults.Enqueue($"exception: {error}");
        page.Request += (_, request) =>
        {
            // What the page holds itself (data:, blob:) is nobody else's.
            Uri called = new(request.Url);
            if (called.Scheme is "http" or "https" or "ws" or "wss" && called.Authority != address.Authority) _faults.Enqueue($"request to another host: {request.Url}");
        };
    }

    /// <summary>The page.</summary>
    public IPage Page { get; }

    /// <summary>Where the program listens.</summary>
    public Uri Address { get; }

    public static async Task<WatchedPage> OpenAsync(IBrowser browser, Uri address, int width, int height, bool isDark)
    {
        IBrowserContext context = await browser.NewContextAsync(new BrowserNewContextOptions
        {
            ViewportSize = new ViewportSize { Width = width, Height = height },
            ColorScheme = isDark ? ColorScheme.Dark : ColorScheme.Light,
            ReducedMotion = ReducedMotion.Reduce,
        });
        context.SetDefaultTimeout(BrowserFixture.Patience);
        return new WatchedPage(context, await context.NewPageAsync(), address);
    }

    /// <summary>Opens one of the pages by what stands behind the # of its address.</summary>
    public async Task GoAsync(string route)
    {
        await Page.GotoAsync(new Uri(Address, "#/" + route).AbsoluteUri);
        await Page.Locator("main h1").First.WaitForAsync();
    }

    /// <summary>Opens the viewer and waits until everything is shown.</summary>
    public async Task GoToViewerAsync(string query)
    {
        await GoAsync("viewer?" + query);
        await ViewerIsReadyAsync();
    }

    /// <summary>Waits until the viewer has loaded what is asked for.</summary>
    public async Task ViewerIsReadyAsync()
    {
        ILocator settled = Page.Locator("[data-state=ready], [data-state=failed]");
        await settled.WaitForAsync();
        Assert.Equal("ready", await settled.GetAttributeAsync("data-state"));
    }

    /// <summary>Whether the browser can draw volumes here; else the viewer shows pictures.</summary>
    public Task<bool> HasVolumesAsync() => Page.EvaluateAsync<bool>("() => document.querySelector('.scene canvas') !== null");

    /// <summary>Fails where the page had errors, or called anyone but the program.</summary>
    public void MustBeClean() => Assert.Empty(_faults);

    public async ValueTask DisposeAsync() => await _context.DisposeAsync();
}

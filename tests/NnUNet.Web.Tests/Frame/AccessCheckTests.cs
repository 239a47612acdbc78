using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using NnUNet.Foundation;
using NnUNet.Testing;
using NnUNet.Web.Dashboard;
using NnUNet.Web.Frame;
using NnUNet.Workflows.Web;

namespace NnUNet.Web.Tests.Frame;

/// <summary>Who may call the program.</summary>
public sealed class AccessCheckTests : IDisposable
{
    private const string Token = "0123456789abcdef0123456789abcdef";
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task ThisMachine_NeedsNoToken()
    {
        await using RunningPage page = await RunningPage.StartAsync(RunningPage.Of(_folder));

        using HttpResponseMessage answer = await page.Client.GetAsync("/api/workspace");

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Contains("default-src 'self'", answer.Headers.GetValues("Content-Security-Policy").Single(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task ACallByAnotherName_IsRefused()
    {
        // As a page of another site makes a browser call, by a name that leads here.
        await using RunningPage page = await RunningPage.StartAsync(RunningPage.Of(_folder));

        using HttpResponseMessage answer = await page.GetAsync("/api/workspace", authorization: null, host: "evil.example");

        Assert.Equal(HttpStatusCode.MisdirectedRequest, answer.StatusCode);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("Bearer wrong")]
    [InlineData("Bearer")]
    [InlineData("Basic " + Token)]
    public async Task WithAToken_OthersAreRefused(string? header)
    {
        await using RunningPage page = await WithToken();

        using HttpResponseMessage answer = await page.GetAsync("/api/workspace", header is null ? null : AuthenticationHeaderValue.Parse(header));

        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
        Assert.DoesNotContain(Token, await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task TheToken_LetsIn()
    {
        await using RunningPage page = await WithToken();

        using HttpResponseMessage answer = await page.GetAsync("/api/workspace", new AuthenticationHeaderValue("Bearer", Token));

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    [Fact]
    public async Task ABrowser_GivesTheTokenOnce()
    {
        // Given: its cookies are kept, as a browser does
        await using RunningPage page = await WithToken();

        // When
        using HttpResponseMessage first = await page.Client.GetAsync($"/?token={Token}");
        using HttpResponseMessage second = await page.Client.GetAsync("/api/workspace");

        // Then: the address that is left does not hold the token
        Assert.Equal(HttpStatusCode.OK, first.StatusCode);
        Assert.DoesNotContain("token", first.RequestMessage!.RequestUri!.Query, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, second.StatusCode);
    }

    [Fact]
    public void AnotherAddress_NeedsAToken()
    {
        DashboardSettings open = RunningPage.Of(_folder) with { Web = new WebSettings { Address = "0.0.0.0" } };

        DescribedException refused = Assert.Throws<DescribedException>(() => WebProgram.Build(new DashboardMode(), JsonSerializer.Serialize(open, ProductJson.OneLine)));

        Assert.Contains("token", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void AShortToken_IsRefused()
    {
        File.WriteAllText(_folder["token"], "short\n");

        DescribedException refused = Assert.Throws<DescribedException>(() => AccessToken.Read(_folder["token"]));

        Assert.Contains("5 letters", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task WhatIsNotThere_IsSaidSo()
    {
        await using RunningPage page = await RunningPage.StartAsync(RunningPage.Of(_folder));

        using HttpResponseMessage answer = await page.Client.GetAsync("/api/nothing");

        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
    }

    private Task<RunningPage> WithToken()
    {
        File.WriteAllText(_folder["token"], Token + "\n");
        return RunningPage.StartAsync(RunningPage.Of(_folder) with { Web = new WebSettings { TokenFile = _folder["token"] } });
    }
}

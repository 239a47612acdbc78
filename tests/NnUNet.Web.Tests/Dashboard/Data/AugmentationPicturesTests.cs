using System.Net;
using System.Text.Json;
using NnUNet.Foundation;
using NnUNet.Testing;
using NnUNet.Web.Dashboard.Data;
using NnUNet.Web.Dashboard.Places;
using NnUNet.Web.Tests.Frame;

namespace NnUNet.Web.Tests.Dashboard.Data;

/// <summary>Augmented batches, which another program draws.</summary>
public sealed class AugmentationPicturesTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string Program => _folder["nnunet"];

    public void Dispose() => _folder.Dispose();

    [SkippableFact]
    public async Task ThePicture_IsTheProgramsAndIsDrawnOnce()
    {
        Write("echo drawn >> \"$0.calls\"; printf \"%s\" \"$3\" > \"$5\"");
        AugmentationPictures pictures = Pictures();

        byte[] first = await pictures.DrawAsync("Task901_Small", "2d", CancellationToken.None);
        byte[] second = await pictures.DrawAsync("Task901_Small", "2d", CancellationToken.None);

        Assert.Equal("2d"u8.ToArray(), first);
        Assert.Equal(first, second);
        Assert.Single(File.ReadAllLines(Program + ".calls"));
    }

    [SkippableFact]
    public async Task WhatTheProgramRefuses_IsToldInItsWords()
    {
        Write("echo 'nnunet: Task901_Small: it is not preprocessed; do so.' >&2; exit 1");

        DescribedException refused = await Assert.ThrowsAsync<DescribedException>(() => Pictures().DrawAsync("Task901_Small", "2d", CancellationToken.None));

        Assert.Contains("it is not preprocessed", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task WhereTheProgramIsNotThere_ItsCommandIsNamed()
    {
        DescribedException refused = await Assert.ThrowsAsync<DescribedException>(() => Pictures().DrawAsync("Task901_Small", "2d", CancellationToken.None));

        Assert.Contains("nnunet show_augmentation Task901_Small 2d", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AConfigurationThatThePlanLacks_IsNotDrawn()
    {
        using SmallWorkspace workspace = new();
        workspace.Plan(SmallWorkspace.Fingerprint());
        await using RunningPage page = await workspace.OpenAsync();
        JsonElement task = (await page.GetAsync("/api/data"))[0];

        using HttpResponseMessage answer = await page.Client.GetAsync($"/api/data/{SmallWorkspace.Task}/augmentation?configuration=--help");

        Assert.Equal(["3d_fullres", "2d"], task.GetProperty("configurations").EnumerateArray().Select(static c => c.GetString()));
        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
    }

    private AugmentationPictures Pictures() => new(new WorkspacePlaces(RunningPage.Of(_folder), TimeProvider.System), Program);

    private void Write(string script)
    {
        Skip.If(OperatingSystem.IsWindows(), "the stand-in for the program is a shell script");
        File.WriteAllText(Program, "#!/bin/sh\n" + script + "\n");
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(Program, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }
}

using NnUNet.Core.CrossValidation;
using NnUNet.Foundation;
using NnUNet.Testing;

namespace NnUNet.Core.Tests.CrossValidation;

/// <summary>Files made by CPython 3.11's pickle.dumps of <c>[OrderedDict(train=['a', 'b'], val=('c',))]</c> and of what splits are not.</summary>
public sealed class PickledSplitsTests
{
    [Theory]
    [InlineData("gAJdcQBjY29sbGVjdGlvbnMKT3JkZXJlZERpY3QKcQEpUnECKFgFAAAAdHJhaW5xA11xBChYAQAAAGFxBVgBAAAAYnEGZVgDAAAAdmFscQdYAQAAAGNxCIVxCXVhLg==")]
    [InlineData("gANdcQBjY29sbGVjdGlvbnMKT3JkZXJlZERpY3QKcQEpUnECKFgFAAAAdHJhaW5xA11xBChYAQAAAGFxBVgBAAAAYnEGZVgDAAAAdmFscQdYAQAAAGNxCIVxCXVhLg==")]
    [InlineData("gASVRwAAAAAAAABdlIwLY29sbGVjdGlvbnOUjAtPcmRlcmVkRGljdJSTlClSlCiMBXRyYWlulF2UKIwBYZSMAWKUZYwDdmFslIwBY5SFlHVhLg==")]
    [InlineData("gAWVRwAAAAAAAABdlIwLY29sbGVjdGlvbnOUjAtPcmRlcmVkRGljdJSTlClSlCiMBXRyYWlulF2UKIwBYZSMAWKUZYwDdmFslIwBY5SFlHVhLg==")]
    public void Read_PlainListsOfEveryProtocol(string base64)
    {
        // Given
        using TemporaryFolder folder = new();
        string path = folder[Folds.PickledFileName];
        File.WriteAllBytes(path, Convert.FromBase64String(base64));

        // Then
        Assert.Equal([new Fold(["a", "b"], ["c"])], Folds.Read(path));
    }

    [Theory]
    [InlineData("gASVOQAAAAAAAABdlH2UKIwFdHJhaW6UjAVwb3NpeJSMBnN5c3RlbZSTlIwHZWNobyBoaZSFlFKUjAN2YWyUXZR1YS4=", "byte 41: it asks for \"posix.system\", which is not on the list of what such a file may contain")]
    [InlineData("gASVDgAAAAAAAAB9lIwFdHJhaW6USwFzLg==", "it holds no list of splits")]
    [InlineData("gASVIAAAAAAAAABdlH2UKIwFdHJhaW6Uj5QoSwFLApCMA3ZhbJRdlHVhLg==", "\"train\" is no list of case names")]
    public void Read_WhatSplitsAreNot_IsRefused(string base64, string what)
    {
        // Given
        using TemporaryFolder folder = new();
        string path = folder[Folds.PickledFileName];
        File.WriteAllBytes(path, Convert.FromBase64String(base64));

        // Then
        Assert.Equal(what, Assert.ThrowsAny<DescribedException>(() => Folds.Read(path)).What);
    }

    [SkippableFact]
    public void Read_CutOffAnywhere_FailsCleanly()
    {
        // Given
        using TemporaryFolder folder = new();
        byte[] whole = File.ReadAllBytes(TestData.Golden("hippocampus/splits_final.pkl"));
        string path = folder[Folds.PickledFileName];

        // Then
        for (int length = 0; length < whole.Length; length += 7)
        {
            File.WriteAllBytes(path, whole[..length]);
            Assert.ThrowsAny<DescribedException>(() => Folds.Read(path));
        }
    }

    [SkippableFact]
    public void Read_AnyDamagedByte_NeverFailsOtherwiseThanCleanly()
    {
        // Given
        using TemporaryFolder folder = new();
        byte[] bytes = File.ReadAllBytes(TestData.Golden("hippocampus/splits_final.pkl"));
        string path = folder[Folds.PickledFileName];

        // When every 23rd byte is inverted, one at a time
        List<Exception?> failures = [];
        for (int i = 0; i < bytes.Length; i += 23)
        {
            bytes[i] ^= 0xff;
            File.WriteAllBytes(path, bytes);
            failures.Add(Record.Exception(() => Folds.Read(path)));
            bytes[i] ^= 0xff;
        }

        // Then
        Assert.All(failures, static f => Assert.True(f is null or DescribedException, f?.ToString()));
    }
}

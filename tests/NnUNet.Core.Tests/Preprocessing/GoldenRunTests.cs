using NnUNet.Core.Cropping;
using NnUNet.Core.Planning;
using NnUNet.Core.Preprocessing.Run;
using NnUNet.Core.Preprocessing.Steps;
using NnUNet.Core.Preprocessing.Store;
using NnUNet.Files.Numpy;
using NnUNet.Foundation;
using NnUNet.Testing;
using Xunit.Abstractions;

namespace NnUNet.Core.Tests.Preprocessing;

/// <summary>From raw files to the arrays on disk, with our own fingerprint and plans: what the original wrote for the same files.</summary>
public sealed class GoldenRunTests(ITestOutputHelper output)
{
    [SkippableTheory]
    [InlineData("Task101_SynCT", 6)]
    [InlineData("Task102_SynMR2", 5)]
    public void Run_OnASyntheticTask_WritesTheOriginalsArrays(string task, int cases)
    {
        // Given
        string golden = TestData.Golden($"synthetic_preprocessing/{task}");
        using TemporaryFolder folder = new();
        Workspace workspace = Workspace.Resolve(new WorkspaceOptions { Directory = folder.Root }, static _ => null);
        CopyFolder(Path.Combine(golden, "raw"), workspace.RawTask(task));

        // When
        PreprocessingResult result = Assert.Single(new PreprocessingRun(workspace, new PreprocessingOptions { VerifyIntegrity = true }).Run([task]));

        // Then
        Assert.Equal(cases, result.Made);
        double largest = Math.Max(
            Compare(golden, "3d", result.Plan3D!, workspace.PreprocessedTask(task), cases),
            Compare(golden, "2d", result.Plan2D!, workspace.PreprocessedTask(task), cases));
        output.WriteLine($"{task}: {2 * cases} arrays on disk, largest difference {largest:R} of the largest value");
    }

    private static double Compare(string golden, string dimensions, Plan plan, string preprocessedTask, int cases)
    {
        PreprocessedFolder folder = PreprocessedFolder.Of(preprocessedTask, plan, 0);
        Assert.Equal(cases, folder.Cases.Count);
        double largest = 0;
        foreach (string caseId in folder.Cases)
        {
            IReadOnlyDictionary<string, NpyArray> expected = NpzFile.Read(Path.Combine(golden, $"pre_{dimensions}_{caseId}.npz"));
            using PreprocessedCaseFile file = folder.Open(caseId);
            PreprocessedCase actual = file.Load();
            largest = Math.Max(largest, PreprocessedAssert.SameArrays(caseId, expected["data"], actual));
            PreprocessedAssert.SameProperties(ProductJson.Read<CaseProperties>(Path.Combine(golden, $"pre_{dimensions}_{caseId}.json")), actual.Properties);
            foreach ((int label, int[] locations) in file.ClassLocations)
            {
                Assert.Equal(expected[FormattableString.Invariant($"class_locations_{label}")].ToArray<int>(), locations);
            }

            Assert.Equal("<f4", NpyFile.ReadHeader(Path.Combine(folder.Folder, caseId + ".npy")).DType);
        }

        return largest;
    }

    private static void CopyFolder(string from, string to)
    {
        foreach (string file in Directory.GetFiles(from, "*", SearchOption.AllDirectories))
        {
            string target = Path.Combine(to, Path.GetRelativePath(from, file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(file, target);
        }
    }
}

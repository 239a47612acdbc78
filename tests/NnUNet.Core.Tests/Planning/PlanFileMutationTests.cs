using System.Text.Json.Nodes;
using NnUNet.Core.Planning;
using NnUNet.Foundation;
using NnUNet.Testing;

namespace NnUNet.Core.Tests.Planning;

/// <summary>Every value of a plan replaced by values of other kinds: what is refused is refused with a reason.</summary>
public sealed class PlanFileMutationTests : IDisposable
{
    private static readonly JsonObject Plan = ProductJson.ToNode(new Planner3DV21().CreatePlan(SmallDataset.Create(2, [160, 512, 512], [3, 1, 1])))!.AsObject();

    private readonly TemporaryFolder _folder = new();

    public static TheoryData<string> Values { get; } =
        ["null", "true", "\"text\"", "-1", "0", "1.5", "1e300", "1e400", "99999999999", "[]", "{}", "[null]", "[[null]]", "[[]]", "[1, 2, 3, 4]", "{\"0\": null}", "{\"x\": 1}", "{\"-7\": {}}"];

    public void Dispose() => _folder.Dispose();

    [Theory]
    [MemberData(nameof(Values))]
    public void Read_EachValueReplaced_ReadsOrFailsWithAPlanningException(string value)
    {
        IEnumerable<string> mutants = Paths(Plan, []).Select(path => Replace(path, value));

        Assert.All(mutants, text =>
        {
            File.WriteAllText(_folder["plan.json"], text);
            Exception? error = Record.Exception(() => PlanFile.Read(_folder["plan.json"]));
            Assert.True(error is null or PlanningException, error?.ToString());
        });
    }

    private static IEnumerable<object[]> Paths(JsonNode? node, object[] path) => node switch
    {
        JsonObject members => members.SelectMany(m => Paths(m.Value, [.. path, m.Key])).Prepend(path).Where(static p => p.Length > 0),
        JsonArray items => items.SelectMany((item, i) => Paths(item, [.. path, i])).Prepend(path),
        _ => [path],
    };

    private static string Replace(object[] path, string value)
    {
        JsonNode copy = Plan.DeepClone();
        JsonNode parent = path[..^1].Aggregate(copy, static (node, step) => step is int i ? node[i]! : node[(string)step]!);
        if (path[^1] is int index) parent[index] = JsonNode.Parse(value);
        else parent[(string)path[^1]] = JsonNode.Parse(value);
        return copy.ToJsonString();
    }
}

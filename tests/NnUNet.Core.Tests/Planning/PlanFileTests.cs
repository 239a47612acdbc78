using System.Text.Json.Nodes;
using NnUNet.Core.Planning;
using NnUNet.Foundation;
using NnUNet.Testing;

namespace NnUNet.Core.Tests.Planning;

public sealed class PlanFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string Path => _folder["plans.json"];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void UnknownKeys_AreToldWithTheNearestKnownOneAndKept()
    {
        Edit(static plan =>
        {
            plan["base_num_feature"] = 16;
            plan["list_of_npz_files"] = new JsonArray();
            plan["plans_per_stage"]!["0"]!["batch_sise"] = 7;
            plan["plans_per_stage"]!["1"]!["my_remark"] = "mine";
        });

        Plan read = PlanFile.Read(Path);

        Assert.Equal(
            [
                "the key base_num_feature is not known, so it has no effect; did you mean base_num_features?",
                "the key plans_per_stage.0.batch_sise is not known, so it has no effect; did you mean batch_size?",
                "the key plans_per_stage.1.my_remark is not known, so it has no effect",
            ],
            PlanFile.UnknownKeys(read));
        Assert.Equal(7, read.PlansPerStage[0].Unknown["batch_sise"].GetInt32());
    }

    [Fact]
    public void AMistypedKeyInThePlaceOfANeededOne_IsNamed()
    {
        Edit(static plan =>
        {
            JsonObject stage = plan["plans_per_stage"]!["0"]!.AsObject();
            stage.Remove("batch_size");
            stage["batch_sise"] = 2;
        });

        Assert.Contains("plans_per_stage.0.batch_size is missing (there is batch_sise, which is not known)", Assert.Throws<PlanningException>(() => PlanFile.Read(Path)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_PlanThatContradictsItself_ListsAllFaults()
    {
        Edit(static plan =>
        {
            plan["num_stages"] = 3;
            plan["transpose_backward"] = new JsonArray(1, 0, 2);
            plan["data_identifier"] = "../elsewhere";
            plan["plans_per_stage"]!["1"]!["patch_size"] = new JsonArray(40, 225, 224);
            plan["plans_per_stage"]!["0"]!["batch_size"] = 0;
            plan["plans_per_stage"]!["0"]!["current_spacing"] = new JsonArray(1, 1);
        });

        PlanningException error = Assert.Throws<PlanningException>(() => PlanFile.Read(Path));

        Assert.Equal(
            $"""
            {Path}: 6 faults:
              - num_stages is 3, but plans_per_stage has 2
              - plans_per_stage.0: batch_size is 0, but must be at least 1
              - plans_per_stage.0: current_spacing is [1, 1], but must be three numbers greater than 0 (z, y, x in mm; in 2D too)
              - plans_per_stage.1: patch_size [40, 225, 224]: 225 along axis 1 is not divisible by 32, the product of its strides in pool_op_kernel_sizes; use 224 or 256, or pool less
              - transpose_backward is [1, 0, 2], but the inverse of transpose_forward [0, 1, 2] is [0, 1, 2]
              - data_identifier is "../elsewhere", but must be a name that a folder can have; correct the plan, or make it anew.
            """.ReplaceLineEndings("\n"),
            error.Message);
    }

    [Fact]
    public void Read_KeysMissingOrOfAWrongKind_ListsThemWithTheFaultsOfSoundStages()
    {
        Edit(static plan =>
        {
            plan.Remove("num_classes");
            plan["all_classes"] = "1, 2";
            plan["plans_per_stage"]!["0"]!.AsObject().Remove("patch_size");
            plan["plans_per_stage"]!["0"]!["pool_op_kernel_sizes"] = new JsonArray(2, 2, 2);
            plan["plans_per_stage"]!["1"]!["batch_size"] = -1;
        });

        PlanningException error = Assert.Throws<PlanningException>(() => PlanFile.Read(Path));

        Assert.Equal(
            $"""
            {Path}: 5 faults:
              - num_classes is missing
              - all_classes is "1, 2", but must be a list of whole numbers
              - plans_per_stage.0.patch_size is missing
              - plans_per_stage.0.pool_op_kernel_sizes[0] is 2, but must be a list of whole numbers
              - plans_per_stage.1: batch_size is -1, but must be at least 1; correct the plan, or make it anew.
            """.ReplaceLineEndings("\n"),
            error.Message);
    }

    [Theory]
    [InlineData("patch_size", "[64, 64]", "pool_op_kernel_sizes[0] is [1, 2, 2], but must have 2 values")]
    [InlineData("patch_size", "[64]", "patch_size is [64], but must have 3 values (z, y, x), or 2 (y, x) in 2D")]
    [InlineData("conv_kernel_sizes", "[[3, 3, 3]]", "conv_kernel_sizes has 1 entries, but must have 6")]
    [InlineData("conv_kernel_sizes", "[[1, 3, 3], [3, 3, 3], [2, 3, 3], [3, 3, 3], [3, 3, 3], [3, 3, 3]]", "conv_kernel_sizes[2] is [2, 3, 3], but must have 3 odd values")]
    [InlineData("num_pool_per_axis", "[3, 5, 4]", "num_pool_per_axis is [3, 5, 4], but pool_op_kernel_sizes pools [3, 5, 5] times")]
    [InlineData("num_pool_per_axis", "[3, 5]", "num_pool_per_axis [3, 5] has 2 values, but patch_size")]
    [InlineData("patch_size", "[40, 16, 224]", "16 along axis 1 is not divisible by 32, the product of its strides in pool_op_kernel_sizes; use 32, or pool less")]
    [InlineData("num_blocks_encoder", "[1, 2]", "num_blocks_encoder is [1, 2], but must have 6 values")]
    [InlineData("median_patient_size_in_voxels", "[1, 2]", "median_patient_size_in_voxels is [1, 2], but must be three numbers")]
    [InlineData("original_spacing", "[1, 0, 1]", "original_spacing is [1, 0, 1], but must be three numbers greater than 0")]
    public void Read_StageThatContradictsItself_NamesStageAndFault(string key, string value, string fault)
    {
        Edit(plan => plan["plans_per_stage"]!["1"]![key] = JsonNode.Parse(value));

        PlanningException error = Assert.Throws<PlanningException>(() => PlanFile.Read(Path));

        Assert.Contains("plans_per_stage.1: ", error.Message, StringComparison.Ordinal);
        Assert.Contains(fault, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("normalization_schemes", """{"0": "CT"}""", "normalization_schemes has the keys [0], but num_modalities is 2")]
    [InlineData("num_modalities", "0", "num_modalities is 0, but must be at least 1")]
    [InlineData("num_classes", "3", "num_classes is 3, but all_classes has 2")]
    [InlineData("all_classes", "[2, 1]", "all_classes is [2, 1], but must be the foreground labels in ascending order")]
    [InlineData("transpose_forward", "[0, 0, 2]", "transpose_forward is [0, 0, 2], but must be the axes 0, 1, 2 in some order")]
    [InlineData("base_num_features", "0", "base_num_features is 0, but must be at least 1")]
    [InlineData("conv_per_stage", "0", "conv_per_stage is 0, but must be at least 1")]
    [InlineData("preprocessor_name", "\"\"", "preprocessor_name is empty")]
    [InlineData("plans_per_stage", "{}", "plans_per_stage is empty")]
    [InlineData("dataset_properties", "{}", "dataset_properties.all_sizes is missing")]
    public void Read_PlanWithOneFault_NamesIt(string key, string value, string fault)
    {
        Edit(plan => plan[key] = JsonNode.Parse(value));

        PlanningException error = Assert.Throws<PlanningException>(() => PlanFile.Read(Path));

        Assert.Contains(fault, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_StagesNotNumberedFromZero_SaysSo()
    {
        Edit(static plan => plan["plans_per_stage"] = new JsonObject { ["1"] = plan["plans_per_stage"]!["1"]!.DeepClone() });

        PlanningException error = Assert.Throws<PlanningException>(() => PlanFile.Read(Path));

        Assert.Contains("plans_per_stage has the keys [1], but must number the stages 0, 1, …", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_UnknownKeys_AreKept()
    {
        Edit(static plan =>
        {
            plan["my_note"] = "for the paper";
            plan["plans_per_stage"]!["0"]!["my_number"] = 3;
        });

        JsonNode read = ProductJson.ToNode(PlanFile.Read(Path))!;

        Assert.Equal("for the paper", (string?)read["my_note"]);
        Assert.Equal(3, (int?)read["plans_per_stage"]!["0"]!["my_number"]);
    }

    [Theory]
    [InlineData("{", "not JSON")]
    [InlineData("[1]", "the file holds [1], but must hold an object")]
    [InlineData("null", "the file holds null, but must hold an object")]
    [InlineData("{}", "num_stages is missing")]
    public void Read_WhatIsNoPlan_FailsWithAReason(string text, string reason)
    {
        File.WriteAllText(Path, text);

        DescribedException error = Assert.ThrowsAny<DescribedException>(() => PlanFile.Read(Path));

        Assert.Contains(reason, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_NoFile_FailsWithItsName()
    {
        DescribedException error = Assert.ThrowsAny<DescribedException>(() => PlanFile.Read(Path));

        Assert.Equal(Path, error.Where);
    }

    [Fact]
    public void Write_PlanWithAFault_WritesNothing()
    {
        Plan plan = Plan() with { NumClasses = 7 };

        Assert.Throws<PlanningException>(() => PlanFile.Write(Path, plan));

        Assert.False(File.Exists(Path));
    }

    [SkippableTheory]
    [InlineData("hippocampus/nnUNetPlansv2.1_plans_3D.json")]
    [InlineData("hippocampus/nnUNetPlansv2.1_plans_2D.json")]
    [InlineData("synthetic_preprocessing/Task101_SynCT/plans_3D.json")]
    [InlineData("synthetic_preprocessing/Task102_SynMR2/plans_2D.json")]
    public void Read_PlanOfTheOriginal_HasNoFault(string file)
    {
        Plan plan = PlanFile.Read(TestData.Golden(file));

        Assert.Equal(1, plan.NumStages);
    }

    private static Plan Plan() => new Planner3DV21().CreatePlan(SmallDataset.Anisotropic(), PlanningOptions.Default);

    private void Edit(Action<JsonObject> edit)
    {
        JsonObject plan = ProductJson.ToNode(Plan())!.AsObject();
        edit(plan);
        File.WriteAllText(Path, plan.ToJsonString());
    }
}

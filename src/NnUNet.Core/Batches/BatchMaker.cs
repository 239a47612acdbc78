using System.Numerics.Tensors;
using NnUNet.Core.Augmentation;
using NnUNet.Foundation;
using NnUNet.Imaging;

namespace NnUNet.Core.Batches;

/// <summary>Makes batches: each a pure function of seed and key. Belongs to one thread; several makers give the same batches.</summary>
internal sealed class BatchMaker
{
    private readonly BatchRecipe _training;
    private readonly BatchRecipe _validation;
    private readonly DeepSupervisionTargets _targets;
    private readonly PatchReader _reader = new();
    private readonly PatchBuffer _patch;
    private readonly Action<int, string>? _tell;

    /// <summary>A maker.</summary>
    /// <param name="training">What training batches hold.</param>
    /// <param name="validation">What validation batches hold.</param>
    /// <param name="targets">The segmentations of each sample.</param>
    /// <param name="tell">Called with a sample's number and what an augmentation does to it, where it does anything.</param>
    public BatchMaker(BatchRecipe training, BatchRecipe validation, DeepSupervisionTargets targets, Action<int, string>? tell = null)
    {
        _tell = tell;
        _training = training;
        _validation = validation;
        _targets = targets;
        _patch = new PatchBuffer(training.Cases[0].Channels, training.PreviousStageClasses > 0);
    }

    /// <summary>Makes one batch, or the recipe's share of it, into the memory of another.</summary>
    /// <exception cref="DescribedException">A sample could not be made; the message names the case.</exception>
    public void Make(BatchKey key, TrainingBatch into, CancellationToken cancel)
    {
        BatchRecipe recipe = key.Validation ? _validation : _training;
        into.Key = key;
        for (int place = 0; place < recipe.Share.Count; place++)
        {
            cancel.ThrowIfCancellationRequested();
            int sample = recipe.Share.First + place;
            RandomStream random = new(recipe.Seed, key.Epoch, key.Iteration, sample);
            TrainingCase from = recipe.Cases[random.Int(0, recipe.Cases.Count)];
            into.SetCase(place, from.CaseId);
            try
            {
                int channels = into.Channels - recipe.PreviousStageClasses;
                if (from.Channels != channels) throw new InvalidDataException($"it has {from.Channels} channels, others have {channels}");

                MakeSample(recipe, from, sample, into, place, ref random);
            }
            catch (Exception e) when (e is not OperationCanceledException and not DescribedException)
            {
                string kind = key.Validation ? "validation" : "training";
                throw new DescribedException(
                    from.CaseId,
                    $"no patch could be made of it ({e.Message.TrimEnd('.')}; sample {sample} of {kind} batch {key.Iteration}, epoch {key.Epoch})",
                    "check the preprocessed files of this case; remove and preprocess it again",
                    e);
            }
        }
    }

    private void MakeSample(BatchRecipe recipe, TrainingCase from, int sample, TrainingBatch into, int place, ref RandomStream random)
    {
        Extent initial = recipe.Settings.InitialPatch;
        PatchPositions positions = new(initial, recipe.Settings.Patch, recipe.Slices);
        bool forced = PatchPositions.IsForced(sample, recipe.BatchSize, recipe.ForegroundShare);
        Extent start = positions.Draw(from, forced, ref random);

        // A crop without resampling looks at the middle only, so only that is read.
        SpatialAugmentation? spatial = recipe.Augmentation.Spatial;
        Tell(sample, spatial, random);
        SpatialParameters parameters = spatial?.Draw(ref random) ?? SpatialParameters.Crop;
        BoundingBox source = spatial?.Source(parameters, initial) ?? BoundingBox.Whole(initial);
        Extent at = new(start.Z + source.Start.Z, start.Y + source.Start.Y, start.X + source.Start.X);
        _reader.Read(from, new BoundingBox(at, source.Size), _patch);
        if (TensorPrimitives.Max<short>(_patch.Segmentation) is var largest && largest > recipe.LargestLabel)
        {
            throw new DescribedException(
                from.CaseId, $"its segmentation has the label {largest}, but the plan's labels are 0 to {recipe.LargestLabel}", "correct the segmentation and run nnUNet_plan_and_preprocess again");
        }

        spatial?.Apply(_patch, parameters);
        foreach (PatchAugmentation step in recipe.Augmentation.Steps)
        {
            Tell(sample, step, random);
            step.Run(_patch, ref random);
        }

        if (_patch.Channels != into.Channels) throw new InvalidDataException($"the augmentation makes {_patch.Channels} channels of it, but the network takes {into.Channels}");

        for (int c = 0; c < into.Channels; c++) _patch.Channel(c).CopyTo(into.ImageOf(place, c));
        for (int t = 0; t < _targets.Extents.Count; t++) _targets.Compute(_patch.Segmentation, t, into.TargetOf(place, t));
    }

    private void Tell(int sample, PatchAugmentation? step, RandomStream random)
    {
        if (_tell is not null && step?.Preview(random) is { } words) _tell(sample, words);
    }
}

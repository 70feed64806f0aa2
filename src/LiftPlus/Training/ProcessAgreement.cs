using LiftPlus.Data;
using LiftPlus.Layers;
using LiftPlus.Models;
using LiftPlus.Processes;
using LiftPlus.Runs;
using static TorchSharp.torch;

namespace LiftPlus.Training;

/// <summary>Makes sure that the processes of a run train the same, and that what they train does not depend on their number.</summary>
internal static class ProcessAgreement
{
    /// <summary>Returns what the run uses in this process: process 0 alone reports and logs, and each process has a GPU.</summary>
    public static FineTuningServices Join(FineTuningServices services, IProcessGroup group)
    {
        if (group.IsAlone)
            return services;
        bool sharesGpus = services.Device is "auto" or "cuda" && cuda.is_available();
        services = services with
        {
            Processes = group,
            Device = sharesGpus ? $"cuda:{group.LocalRank % cuda.device_count()}" : services.Device,
        };
        return group.IsFirst
            ? services
            : services with
            {
                Recorders = [],
                Logger = Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance,
            };
    }

    /// <summary>Refuses a recipe that several processes do not train as one.</summary>
    /// <exception cref="LiftPlusException">The recipe cannot be divided; the message says what to change.</exception>
    public static void Check(FineTuningRecipe recipe, IProcessGroup group)
    {
        if (group.IsAlone)
            return;
        TrainingOptions training = recipe.Training;
        if (training.AccumulationSteps % group.Count != 0)
        {
            throw new LiftPlusException(
                $"A step has {training.AccumulationSteps} micro-batches (Training.AccumulationSteps), which {group.Count} processes cannot "
                    + $"share equally. Start a number of processes that divides {training.AccumulationSteps}, or set "
                    + $"Training.AccumulationSteps to a multiple of {group.Count}."
            );
        }

        if (recipe.Loss is LadeLossOptions)
        {
            throw new LiftPlusException(
                "The loss 'lade' compares the images of a whole batch, and each process sees a part. Train it in one process, or use the "
                    + "logit-adjusted loss."
            );
        }

        if (training is { Unreadable: UnreadablePolicy.Skip, CheckImages: false })
        {
            throw new LiftPlusException(
                "Training.Unreadable is Skip and Training.CheckImages is false: several processes leave out only images that are found "
                    + "before training. Set Training.CheckImages to true."
            );
        }
    }

    /// <summary>Refuses a model whose running statistics each process would compute from other images.</summary>
    /// <exception cref="LiftPlusException">The statistics of a batch normalization are trained.</exception>
    public static void Check(FineTunedModel model, IProcessGroup group)
    {
        if (!group.IsAlone && model.Backbone.modules().OfType<FreezableBatchNorm>().Any(norm => norm.TrainsStatistics))
        {
            throw new LiftPlusException(
                "The recipe trains the statistics of batch normalizations, which follow from the images that one process sees. Train it in "
                    + "one process, or leave out the method that trains them."
            );
        }
    }

    /// <summary>Compares what the result depends on over the processes.</summary>
    /// <exception cref="LiftPlusException">A process differs from process 0; every difference is named.</exception>
    public static void Compare(RunIdentity own, IProcessGroup group)
    {
        IReadOnlyList<RunIdentity> all = group.FromAll(own, TrainingCheckpoint.Json);
        for (int rank = 1; rank < all.Count; rank++)
        {
            string[] differences =
            [
                .. all[0].Differences(all[rank], "in process 0"),
                .. all[0].MachineDifferences(all[rank], "in process 0"),
            ];
            if (differences.Length == 0)
                continue;
            throw new LiftPlusException(
                $"Process {rank} does not train the same as process 0. What differs:"
                    + string.Concat(differences.Select(line => $"{Environment.NewLine}  {line}"))
                    + Environment.NewLine
                    + $"\"now\" is process {rank}. Start all processes from the same program, with the same settings, data and threads."
            );
        }
    }

    /// <summary>Compares the tensors that training changes over the processes.</summary>
    /// <exception cref="LiftPlusException">They differ.</exception>
    public static void Compare(RunTensors tensors, long step, IProcessGroup group)
    {
        if (group.IsAlone)
            return;
        using var content = new ContentHash("");
        foreach ((string name, Tensor tensor) in tensors.All().OrderBy(entry => entry.Key, StringComparer.Ordinal))
            content.Add(name, tensor);
        IReadOnlyList<string> all = group.FromAll(content.Value());
        if (all.Index().FirstOrDefault(entry => entry.Item != all[0]) is { Item: not null, Index: int rank })
        {
            throw new LiftPlusException(
                $"After step {step} process {rank} has other trained values than process 0, although both added the same gradients. "
                    + "Use the same kind of processor or GPU for all processes."
            );
        }
    }
}

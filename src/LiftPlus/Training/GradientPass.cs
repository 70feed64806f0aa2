using LiftPlus.Data;
using LiftPlus.Layers;
using LiftPlus.Losses;
using LiftPlus.Optimization;
using LiftPlus.Runs;
using TorchSharp;
using static TorchSharp.torch;

namespace LiftPlus.Training;

/// <summary>Computes the loss and the gradients of a micro-batch.</summary>
internal sealed class GradientPass(FineTunedModel model, LongTailLoss loss, ImageDataset train, TrainingBatches batches)
{
    private readonly TrainingOptions _options = model.Recipe.Training;
    private readonly Device _device = model.Device;

    /// <summary>Adds a micro-batch's gradients to those that are there, by its share of the step's images.</summary>
    /// <param name="batch">The images.</param>
    /// <param name="ofStep">How many images the step has in all.</param>
    /// <param name="scale">The loss scale, where there is one.</param>
    /// <param name="step">Where loss and hits are counted.</param>
    /// <exception cref="LiftPlusException">Memory ran out; the message names a setting that needs less.</exception>
    public void Accumulate(ImageBatch batch, int ofStep, LossScale? scale, StepTally step)
    {
        using DisposeScope scope = NewDisposeScope();
        try
        {
            using BlockRecomputation? recomputation = _options.ActivationCheckpointing ? model.Backbone.RecomputeBlocks() : null;
            Tensor images = batch.Images.to(_device),
                labels = batch.Labels.to(_device); // (B, 3, R, R), (B)
            Tensor logits = batches.Logits(images); // (B, C)
            Tensor value = loss.OfImages(logits, labels, batch.Indices);
            Tensor share = batch.Count == ofStep ? value : TensorMath.Scale(value, batch.Count / (double)ofStep);
            (scale?.Apply(share) ?? share).backward();
            recomputation?.Backward();
            bool[] hits = logits.detach().argmax(1).eq(labels).cpu().data<bool>().ToArray();
            step.Add(batch.Indices, value.item<float>(), hits, train);
        }
        catch (Exception e) when (OutOfMemory.Is(e))
        {
            throw OutOfMemory.Explain(_options, batch.Count, e);
        }
    }
}

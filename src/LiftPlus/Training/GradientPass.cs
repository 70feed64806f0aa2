using LiftPlus.Data;
using LiftPlus.Layers;
using LiftPlus.Losses;
using LiftPlus.Optimization;
using LiftPlus.Processes;
using LiftPlus.Runs;
using TorchSharp;
using static TorchSharp.torch;

namespace LiftPlus.Training;

/// <summary>Computes the loss and the gradients of a micro-batch.</summary>
internal sealed class GradientPass(
    FineTunedModel model,
    LongTailLoss loss,
    ImageDataset train,
    TrainingBatches batches,
    IGradientExchange? exchange = null
)
{
    private readonly IGradientExchange _exchange = exchange ?? SingleProcess.Instance;
    private readonly TrainingOptions _options = model.Recipe.Training;
    private readonly Device _device = model.Device;

    /// <summary>
    /// Adds the gradients of a micro-batch, or of one in each process, to those that are there, by its share of the step's images.
    /// </summary>
    /// <param name="batch">The images; null if there are none left for this process.</param>
    /// <param name="ofStep">How many images the step has in all.</param>
    /// <param name="scale">The loss scale, where there is one.</param>
    /// <param name="step">Where loss and hits are counted; null for a second pass, which leaves out images of weight 0.</param>
    /// <param name="weight">
    /// The weight of an image's loss by its label, for losses that are means over images; null for 1.
    /// </param>
    /// <returns>The mean loss, without weights; the sum of those of the processes.</returns>
    /// <exception cref="LiftPlusException">Memory ran out; the message names a setting that needs less.</exception>
    public double Accumulate(ImageBatch? batch, int ofStep, LossScale? scale, StepTally? step, Func<int, double>? weight = null)
    {
        double sum = 0;
        MicroBatchResult own = batch is null ? MicroBatchResult.None : Compute(batch, ofStep, scale, weight, isCounted: step is not null);
        foreach (MicroBatchResult result in _exchange.Add(own))
        {
            if (result.Places.Length > 0)
                step?.Add(result.Places, result.Loss, result.Hits, train);
            sum += result.Loss;
        }

        return sum;
    }

    /// <summary>Sets the gradients to those of all micro-batches so far, in every process.</summary>
    public void Complete() => _exchange.Complete();

    private MicroBatchResult Compute(ImageBatch batch, int ofStep, LossScale? scale, Func<int, double>? weight, bool isCounted)
    {
        using DisposeScope scope = NewDisposeScope();
        (int[] places, float[]? weights, int[]? rows) = Weigh(batch, weight, mayLeaveOut: !isCounted);
        if (places.Length == 0)
            return MicroBatchResult.None;
        try
        {
            using BlockRecomputation? recomputation = _options.ActivationCheckpointing ? model.Backbone.RecomputeBlocks() : null;
            Tensor images = batch.Images.to(_device),
                labels = batch.Labels.to(_device); // (B, 3, R, R), (B)
            if (rows is not null)
            {
                Tensor kept = tensor(rows, int64, _device);
                (images, labels) = (images.index_select(0, kept), labels.index_select(0, kept));
            }

            Tensor logits = batches.Logits(images); // (B, C)
            double value = Backward(logits, labels, places, places.Length / (double)ofStep, scale, weights);
            recomputation?.Backward();
            bool[] hits = isCounted ? logits.detach().argmax(1).eq(labels).cpu().data<bool>().ToArray() : [];
            return new MicroBatchResult(places, value, hits);
        }
        catch (Exception e) when (OutOfMemory.Is(e))
        {
            throw OutOfMemory.Explain(_options, batch.Count, e);
        }
    }

    // A loss that is a mean over images gives each row of the logits the gradient of that image's loss, which its weight multiplies.
    private double Backward(Tensor logits, Tensor labels, int[] places, double share, LossScale? scale, float[]? weights)
    {
        Tensor z = weights is null ? logits : logits.detach().requires_grad_();
        Tensor value = loss.OfImages(z, labels, places);
        Tensor shared = share == 1 ? value : TensorMath.Scale(value, share);
        (scale?.Apply(shared) ?? shared).backward();
        if (weights is not null)
            logits.backward([z.grad!.mul(tensor(weights, z.dtype, z.device).unsqueeze(1))]);
        return value.item<float>();
    }

    // Returns the images' places, their weights unless all are 1, and their rows in the batch if some are left out.
    private (int[] Places, float[]? Weights, int[]? Rows) Weigh(ImageBatch batch, Func<int, double>? weight, bool mayLeaveOut)
    {
        if (weight is null)
            return ([.. batch.Indices], null, null);
        float[] weights = [.. batch.Indices.Select(place => (float)weight(train[place].Label))];
        int[] rows = [.. Enumerable.Range(0, weights.Length).Where(row => !mayLeaveOut || weights[row] != 0)];
        weights = [.. rows.Select(row => weights[row])];
        return (
            [.. rows.Select(row => batch.Indices[row])],
            weights.All(one => one == 1) ? null : weights,
            rows.Length < batch.Count ? rows : null
        );
    }
}

using System.Diagnostics;
using LiftPlus.Data;
using LiftPlus.Optimization;
using LiftPlus.Samples.Shapes;
using LiftPlus.Tokenization;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace LiftPlus.Samples.Pretraining;

/// <summary>Trains with CLIP's contrastive loss (arXiv 2103.00020, figure 3).</summary>
internal static class Trainer
{
    private static readonly Scalar s_half = TensorMath.Hold(0.5);
    private static readonly Scalar s_largestScale = TensorMath.Hold(Math.Log(100));

    public static void Train(
        Backbone model,
        World world,
        ClipTokenizer tokenizer,
        PretrainingOptions options,
        Action<string> report,
        CancellationToken cancellationToken
    )
    {
        Parameter[] parameters = [.. model.parameters()];
        foreach (Parameter parameter in parameters)
            parameter.requires_grad_(true);
        // As in CLIP, weight decay applies to matrices, but not to biases, norms and the logit scale.
        AdamWOptions adamW = new()
        {
            Beta2 = 0.98,
            Epsilon = 1e-6,
            WeightDecay = options.WeightDecay,
        };
        using Optimizer optimizer = adamW.CreateOptimizer(
            model
                .named_parameters()
                .Select(entry => new OptimizedParameter(entry.name, entry.parameter)
                {
                    WeightDecayFactor = entry.parameter.dim() >= 2 ? 1 : 0,
                })
        );
        Stopwatch clock = Stopwatch.StartNew();
        double sumLoss = 0;
        double sumAccuracy = 0;
        int step = 0;
        foreach ((CaptionedImage Image, string Caption)[] batch in world.Batches(options.Seed, options.BatchSize).Take(options.Steps))
        {
            cancellationToken.ThrowIfCancellationRequested();
            using DisposeScope scope = NewDisposeScope();
            Tensor images = Images([.. batch.Select(pair => pair.Image.Image.ToImage())]); // (B, 3, R, R)
            Tensor tokens = tokenizer.Tokenize([.. batch.Select(pair => pair.Caption)]); // (B, T)
            Tensor imageFeatures = model.ProjectImage(model.EncodeImage(images)); // (B, D)
            Tensor textFeatures = model.ProjectText(model.EncodeText(tokens)); // (B, D)
            Tensor logits = model.Logits(imageFeatures, textFeatures); // (B, B)
            Tensor self = tensor(Enumerable.Range(0, batch.Length).Select(i => (long)i).ToArray());
            Tensor loss = TensorMath
                .Add(nn.functional.cross_entropy(logits, self), nn.functional.cross_entropy(logits.t(), self))
                .mul(s_half);
            loss.backward();
            nn.utils.clip_grad_norm_(parameters, 1.0);
            optimizer.Step(options.RateAt(step));
            optimizer.ZeroGrad();
            using (no_grad())
                model.LogitScale!.clamp_max_(s_largestScale);

            sumLoss += loss.item<float>();
            sumAccuracy += logits.argmax(1).eq(self).to(float32).mean().item<float>();
            if (++step % 50 == 0)
            {
                double scale = Math.Exp(model.LogitScale!.item<float>());
                report(
                    $"step {step, 5}/{options.Steps}  loss {sumLoss / 50:0.000}  accuracy {sumAccuracy / 50:0.0 %}  "
                        + $"scale {scale:0.0}  {clock.Elapsed.TotalSeconds:0} s"
                );
                sumLoss = sumAccuracy = 0;
            }
        }

        model.Freeze();
    }

    /// <summary>Converts images of the model's size to normalised pixels (B, 3, R, R) and disposes them.</summary>
    private static Tensor Images(IReadOnlyList<RgbImage> images)
    {
        int size = images[0].Width;
        int length = 3 * size * size;
        float[] pixels = new float[images.Count * length];
        foreach ((int i, RgbImage image) in images.Index())
        {
            using (image)
                PixelNormalizer.Clip.Write(image, pixels.AsSpan(i * length, length));
        }

        return tensor(pixels, [images.Count, 3, size, size]);
    }
}

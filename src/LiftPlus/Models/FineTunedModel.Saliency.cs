using System.Collections.Immutable;
using LiftPlus.Backbones;
using LiftPlus.Data;
using LiftPlus.Decisions;
using LiftPlus.Inference;
using LiftPlus.Layers;
using LiftPlus.Models;
using TorchSharp;
using static TorchSharp.torch;

namespace LiftPlus;

public sealed partial class FineTunedModel
{
    /// <summary>
    /// Shows where in an image the model sees what speaks for a class: for each place of the last layer, the product of its values and the
    /// gradient of the class's logit with respect to them (HiResCAM, arXiv 2011.08891). That layer is the input of the last attention to
    /// the class token, or what is pooled. Nothing of the model changes.
    /// </summary>
    /// <remarks>
    /// With test-time ensembling the map is that of the one crop in the middle that is used without it. If the feature is the mean over
    /// places and the classifier is linear, the values sum to the logit without its bias; otherwise they do not.
    /// </remarks>
    /// <param name="image">A path, bytes, a stream or pixels.</param>
    /// <param name="className">The class; null for the most likely one.</param>
    /// <param name="cancellationToken">Stops before the pass through the model.</param>
    /// <exception cref="LiftPlusException">
    /// The image cannot be read, there is no such class, or the backbone is one of your own, which does not say what its places are.
    /// </exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public SaliencyMap Explain(ImageSource image, string? className = null, CancellationToken cancellationToken = default)
    {
        using ModelUse use = Enter();
        int? label = className is null ? null : ClassRows.Find(className, use.Head.Classes.Names);
        InferenceOptions options = Inference with { TestTimeEnsemble = false };
        (PreparedImage prepared, ImageSize size) = Predictions.Wait(() => PrepareAsync(image, options, cancellationToken));
        using (prepared)
        {
            cancellationToken.ThrowIfCancellationRequested();
            using DisposeScope scope = NewDisposeScope();
            using PlaceValues places = PlaceValues.Watch();
            Tensor features = Backbone.EncodeImage(Stack([prepared]).to(Device)), // (1, D)
                logits = use.Head.Classifier.forward(features); // (1, C)
            ImmutableArray<string> names = use.Head.Classes.Names;
            Scores.CheckShape(logits.shape, 1, names.Length);
            int chosen = label ?? MostLikely(use.Head.Policy, features, logits);
            Tensor values = places.Values ?? throw NoPlaces();
            Tensor gradient = autograd.grad([logits.select(1, chosen).sum()], [values])[0];
            (Tensor map, int seen) = Map(values, gradient);
            return new SaliencyMap
            {
                Label = chosen,
                ClassName = names[chosen],
                Rows = (int)map.shape[0],
                Columns = (int)map.shape[1],
                Values = [.. Numbers(map)],
                ImageSize = size,
                Region = InferenceLoader.Region(Backbone.Config.Preprocess, options, size, seen),
            };
        }
    }

    // The map (rows, columns), and the side in pixels of the part of the input that it covers.
    private (Tensor Map, int Seen) Map(Tensor values, Tensor gradient)
    {
        Tensor products = values.detach().to(float32).mul(gradient.to(float32));
        int side = Backbone.Config.Preprocess.ImageSize;
        if (values.dim() == 4)
            return (products.sum([1]).squeeze(0), side); // (1, C, H, W)
        if (Backbone.Image.TokenGrid is not (int rows, int columns, int pixels))
            throw NoPlaces();
        long count = (long)rows * columns; // (1, N, D): the tokens of places are the last ones
        return (products.sum([2]).narrow(1, products.shape[1] - count, count).view(rows, columns), rows * pixels);
    }

    private static int MostLikely(PredictionPolicy? policy, Tensor features, Tensor logits)
    {
        float[] z = Numbers(logits.detach());
        return Probabilities.Largest(policy?.Decide(z, Numbers(features.detach())).Probabilities ?? z);
    }

    private LiftPlusException NoPlaces() =>
        new($"{Backbone.Config.Name} does not say what it computes for the places of an image. Use one of the library's image encoders.");

    private async Task<(PreparedImage Image, ImageSize Size)> PrepareAsync(
        ImageSource source,
        InferenceOptions options,
        CancellationToken cancellationToken
    )
    {
        ImageSize size;
        if (source.IsEncoded)
        {
            ImageSource buffered = await source.BufferAsync(new ImageLimits(), null, cancellationToken).ConfigureAwait(false);
            source = ImageSource.FromBytes(buffered.ReadEncoded(), source.Name); // which can be read twice
            size = Decoder.Measure(source.ReadEncoded(), source.Name);
        }
        else
        {
            using RgbImage pixels = source.Load();
            size = new ImageSize(pixels.Width, pixels.Height);
        }

        ImagePreparer preparer = InferenceLoader.Preparer(Backbone.Config.Preprocess, options, Decoder);
        PreparedImage image = await preparer.PrepareAsync(source, new ImageLimits(), cancellationToken).ConfigureAwait(false);
        return image.Error is LiftPlusException error ? throw error : (image, size);
    }
}

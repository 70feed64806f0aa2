using LiftPlus.Classifiers;
using LiftPlus.Data;
using LiftPlus.Losses;
using LiftPlus.Models;
using TorchSharp;
using static TorchSharp.torch;

namespace LiftPlus.Training;

/// <summary>Asks an untouched backbone which classes have similar texts, and which ones look like each training image.</summary>
internal static class NeighborSearch
{
    private const int RowsPerPass = 1000; // of the similarities between classes

    private static readonly Scalar s_never = TensorMath.Hold(double.NegativeInfinity);

    /// <summary>Finds as many neighbours as the recipe's loss needs, at most all other classes.</summary>
    /// <exception cref="LiftPlusException">The backbone has no text encoder or no tokenizer.</exception>
    public static ClassNeighbors Find(
        Backbone backbone,
        FineTuningRecipe recipe,
        ImageDataset train,
        FineTuningServices services,
        IProgress<TrainingProgress>? progress,
        CancellationToken cancellationToken
    )
    {
        if (backbone.Text is null || backbone.Tokenizer is null)
        {
            throw new LiftPlusException(
                $"The loss '{recipe.Loss.Type}' compares images with the texts of the classes, and {backbone.Config.Name} has no text "
                    + "encoder or no vocabulary. Use a CLIP backbone with its tokenizer files, or the logit-adjusted loss."
            );
        }

        using IDisposable noGrad = no_grad();
        using DisposeScope scope = NewDisposeScope();
        backbone.eval();
        int classes = train.Classes.ClassCount,
            k = Math.Min(recipe.Loss.NeighborCount, classes - 1);
        IReadOnlyList<IReadOnlyList<string>> classTexts = ModelFactory.ClassTexts(recipe with { Peft = [] }, train.ClassNames);
        // (C, E)
        Tensor texts = ClassTextEncoder.Encode(backbone, classTexts, classNames: train.ClassNames, cancellationToken: cancellationToken);
        var found = new ClassNeighbors(new int[classes, k], new int[train.Count, k]);
        foreach (int[] labels in Enumerable.Range(0, classes).Chunk(RowsPerPass))
        {
            using DisposeScope pass = NewDisposeScope();
            Tensor own = tensor([.. labels.Select(label => (long)label)], device: backbone.Device);
            Fill(found.OfClasses, labels, backbone.Logits(texts.index_select(0, own), texts), own, k);
        }

        for (int i = 0; i < found.OfImages.Length; i++)
            found.OfImages[i / k, i % k] = -1; // until the image is read
        PlainFeatures.ForEach(
            backbone,
            recipe,
            train,
            services,
            progress,
            (places, features) =>
                Fill(found.OfImages, places, backbone.Logits(backbone.ProjectImage(features), texts), train.LabelsOf(places), k),
            cancellationToken
        );
        return found;
    }

    // Writes the k likeliest classes but its own into the row of each place.
    private static void Fill(int[,] rows, IReadOnlyList<int> places, Tensor scores, Tensor labels, int k)
    {
        Tensor own = labels.to(scores.device).unsqueeze(1); // (B, 1)
        Tensor others = scores.scatter(1, own, full_like(own, s_never, dtype: scores.dtype)); // (B, C)
        long[] nearest = [.. others.topk(k, 1).indexes.cpu().data<long>()];
        for (int i = 0; i < nearest.Length; i++)
            rows[places[i / k], i % k] = (int)nearest[i];
    }
}

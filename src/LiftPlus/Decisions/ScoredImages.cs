using LiftPlus.Data;
using LiftPlus.Inference;

namespace LiftPlus.Decisions;

/// <summary>Represents what a model computes for N images, which every decision is made from.</summary>
/// <param name="Features">The features (N, D).</param>
/// <param name="Logits">The logits (N, C).</param>
/// <param name="Labels">The model's label of each image; empty for images without one.</param>
internal sealed record ScoredImages(Rows Features, Rows Logits, int[] Labels)
{
    public int Count => Logits.Count;

    /// <summary>Gets the place of each image among those that were given; images that cannot be read have none.</summary>
    public int[] Places { get; init; } = [];

    /// <summary>Computes the features and logits of images, in their order.</summary>
    /// <param name="model">The model.</param>
    /// <param name="images">The images, with their labels or -1.</param>
    /// <param name="cancellationToken">Stops between batches.</param>
    /// <param name="looks">Receives what the images that can be read look like; null for nothing.</param>
    /// <param name="progress">Called after every batch with the number of images.</param>
    /// <exception cref="LiftPlusException">An image cannot be read, and the model does not skip those; or there are no images.</exception>
    public static ScoredImages Read(
        ImageClassifierBase model,
        IReadOnlyList<(ImageSource Source, int Label)> images,
        CancellationToken cancellationToken,
        ImageLooks? looks = null,
        IProgress<DatasetCheckProgress>? progress = null
    ) => Predictions.Wait(() => ReadAsync(model, images, looks, progress, cancellationToken));

    private static async Task<ScoredImages> ReadAsync(
        ImageClassifierBase model,
        IReadOnlyList<(ImageSource Source, int Label)> images,
        ImageLooks? looks,
        IProgress<DatasetCheckProgress>? progress,
        CancellationToken cancellationToken
    )
    {
        List<float> features = [],
            logits = [];
        List<int> labels = [],
            places = [];
        int seen = 0,
            classes = model.ClassNames.Count;
        IAsyncEnumerable<ImageSource> sources = images.Select(image => image.Source).ToAsyncEnumerable();
        await foreach (
            PreparedImage[] batch in PreparedBatches.ReadAsync(sources, model.CreatePreparer(), new ImageLimits(), cancellationToken)
        )
        {
            try
            {
                if (
                    model.Unreadable == UnreadablePolicy.Fail
                    && batch.FirstOrDefault(image => image.Error is not null) is { Error: LiftPlusException error }
                )
                    throw error;
                PreparedImage[] readable = [.. batch.Where(image => image.Error is null)];
                foreach ((int place, PreparedImage image) in batch.Index().Where(entry => entry.Item.Error is null))
                {
                    places.Add(seen + place);
                    labels.Add(images[seen + place].Label);
                    looks?.Add(image);
                }

                seen += batch.Length;
                progress?.Report(new DatasetCheckProgress(seen, images.Count));
                if (readable.Length == 0)
                    continue;
                Scores scores = model.Score(readable, features: true);
                if (scores.ClassNames.Length != classes)
                    throw new LiftPlusException("The classes of the model were changed meanwhile; call this again.");
                features.AddRange(scores.Features);
                logits.AddRange(scores.Logits);
            }
            finally
            {
                PreparedBatches.Free(batch);
            }
        }

        if (labels.Count == 0)
            throw new LiftPlusException("There are no images that can be read; give at least one.");
        if (!logits.TrueForAll(float.IsFinite) || !features.TrueForAll(float.IsFinite))
            throw new LiftPlusException(
                "The model gives features or logits that are not finite numbers; nothing can be decided from them."
            );
        return new ScoredImages(new Rows([.. features], features.Count / labels.Count), new Rows([.. logits], classes), [.. labels])
        {
            Places = [.. places],
        };
    }
}

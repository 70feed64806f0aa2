using LiftPlus.Models;

namespace LiftPlus;

public sealed partial class FineTunedModel
{
    /// <summary>
    /// Makes a model whose trained values are a weighted mean of those of several models (a soup, arXiv 2203.05482). For the mean of a
    /// trained model and its start, <see cref="TrainingOptions.StartShare"/> is enough.
    /// </summary>
    /// <remarks>
    /// The mean is good only if the models started from the same values: give the runs one start with
    /// <see cref="LongTailFineTuner.Start"/> and <see cref="LongTailFineTunerBuilder.UseInitialModel(FineTunedModel)"/>.
    /// </remarks>
    /// <param name="models">
    /// Two models or more, with the same backbone, methods, classifier and classes. The result has the recipe of the first.
    /// </param>
    /// <param name="weights">A weight for each model; their sum is 1. Null for equal weights.</param>
    /// <param name="options">Where to compute and where the backbone is, as for <see cref="Load"/>.</param>
    /// <param name="cancellationToken">Stops a download.</param>
    /// <exception cref="LiftPlusException">
    /// The models or weights do not fit together (all differences are listed), or the backbone cannot be loaded.
    /// </exception>
    public static FineTunedModel Average(
        IEnumerable<FineTunedModel> models,
        IEnumerable<double>? weights = null,
        ModelLoadOptions? options = null,
        CancellationToken cancellationToken = default
    )
    {
        using ModelAverage average = new([.. models], weights);
        return average.Create(options ?? new ModelLoadOptions(), cancellationToken);
    }
}

using LiftPlus.Classifiers;

namespace LiftPlus.Experiments.PaperClaims;

/// <summary>Specifies what a trained model becomes before it is tested.</summary>
internal enum Finish
{
    /// <summary>The model itself.</summary>
    None,

    /// <summary>The mean of three runs from the same start that differ in their order and crops (a soup, arXiv 2203.05482).</summary>
    Soup,

    /// <summary>A mean of runs on growing parts of the images; its classifier is trained again (LT-Soups, arXiv 2511.10683).</summary>
    LongTailSoup,

    /// <summary>A new classifier on the same features, from balanced batches with cross-entropy (cRT, arXiv 1910.09217).</summary>
    RetrainedClassifier,

    /// <summary>Divides the weights of the linear classifier by a power of their length (τ-normalization, arXiv 1910.09217).</summary>
    NormalizedClassifier,

    /// <summary>Together with the zero-shot model, both without their class priors (GLA, arXiv 2310.08106).</summary>
    Debiased,
}

/// <summary>Turns a trained model into what a row of a table tests.</summary>
internal sealed class Finishes(LongTailFineTuner tuner, ImageDataset train, CancellationToken cancellationToken)
{
    private const double Kept = 0.3; // the share of what is there when LT-Soups adds the branches of a larger cap
    private const double Tau = 0.7;

    /// <summary>Estimates how many runs a row costs.</summary>
    public static double Runs(Finish finish) =>
        finish switch
        {
            Finish.Soup => 3,
            Finish.LongTailSoup => 9,
            Finish.RetrainedClassifier => 1.5,
            _ => 1,
        };

    /// <summary>Returns another classifier, which the caller disposes; the model itself for <see cref="Finish.None"/>.</summary>
    public ImageClassifier Apply(Finish finish, FineTunedModel model) =>
        finish switch
        {
            Finish.Soup => Soup(model),
            Finish.LongTailSoup => LongTailSoup(),
            Finish.RetrainedClassifier => From(
                model,
                builder =>
                    builder
                        .UseTraining(training => training with { ClassifierTraining = ClassifierTraining.Restarted })
                        .UseClassBalancedSampler()
                        .UseCrossEntropy(),
                train
            ),
            Finish.NormalizedClassifier => Normalized(model),
            Finish.Debiased => DebiasedEnsemble.Create(model, train, cancellationToken: cancellationToken),
            _ => model,
        };

    private FineTunedModel Soup(FineTunedModel model)
    {
        using FineTunedModel start = tuner.Start(train, cancellationToken: cancellationToken);
        return Average(model, null, [Branch(start, train, 1), Branch(start, train, 2)]);
    }

    private FineTunedModel LongTailSoup()
    {
        using FineTunedModel start = tuner.Start(train, cancellationToken: cancellationToken);
        List<Func<FineTunedModel>> branches = [];
        List<double> weights = [1];
        for (int cap = train.Classes.Counts.Min(); cap < 2 * train.Classes.Counts.Max(); cap *= 2)
        {
            ImageDataset capped = new(train.GroupBy(image => image.Label).SelectMany(images => images.Take(cap)), train.ClassNames);
            for (int branch = 1; branch <= 2; branch++)
                branches.Add(Branch(start, capped, branch));
            weights = [.. weights.Select(weight => Kept * weight), (1 - Kept) / 2, (1 - Kept) / 2];
        }

        using FineTunedModel soup = Average(start, weights, branches);
        return From(
            soup,
            builder => builder.UseTraining(training => training with { ClassifierTraining = ClassifierTraining.Continued }),
            train
        );
    }

    private Func<FineTunedModel> Branch(FineTunedModel start, ImageDataset images, int branch) =>
        () => From(start, builder => builder.UseSeed(1000 * branch + tuner.Recipe.Training.Seed), images);

    private FineTunedModel Average(FineTunedModel first, IEnumerable<double>? weights, IEnumerable<Func<FineTunedModel>> branches)
    {
        List<FineTunedModel> trained = [];
        try
        {
            foreach (Func<FineTunedModel> branch in branches)
                trained.Add(branch());
            return FineTunedModel.Average([first, .. trained], weights, cancellationToken: cancellationToken);
        }
        finally
        {
            trained.ForEach(model => model.Dispose());
        }
    }

    private FineTunedModel From(FineTunedModel start, Action<LongTailFineTunerBuilder> choose, ImageDataset images)
    {
        LongTailFineTunerBuilder builder = LongTailFineTuner.CreateBuilder().UseInitialModel(start);
        choose(builder);
        return builder.Build().Fit(images, cancellationToken: cancellationToken);
    }

    private static FineTunedModel Normalized(FineTunedModel model)
    {
        model.NormalizeClassifier(Tau);
        return model;
    }
}

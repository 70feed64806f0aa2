namespace LiftPlus.Decisions;

/// <summary>Fits a policy to what a model computes for validation images, and for training images where unknown images need them.</summary>
internal static class PolicyFit
{
    /// <param name="validation">Labelled images that the model was not trained on.</param>
    /// <param name="train">Training images; null for none.</param>
    /// <param name="classes">The classes with their numbers of training images.</param>
    /// <param name="logReference">The logarithms (C) of the mix that the logits are for, up to a summand.</param>
    /// <param name="options">What is promised.</param>
    public static PredictionPolicy Fit(
        ScoredImages validation,
        ScoredImages? train,
        ClassDistribution classes,
        IEnumerable<double> logReference,
        PredictionPolicyOptions options
    )
    {
        options = options with
        {
            UnknownMeasure = options.UnknownMeasure ?? (train is null ? UnknownMeasure.MaximumSoftmax : UnknownMeasure.RelativeMahalanobis),
        };
        double[] reference = [.. logReference.Select(Math.Exp)];
        double total = reference.Sum();
        reference = [.. reference.Select(share => share / total)];
        UnknownDetector detector = DetectorFit.Fit(options, train, classes.ClassCount);
        (double temperature, double[] ofGroups) = TemperatureFit.FitGroups(validation.Logits, validation.Labels, classes);
        PredictionPolicy policy = new(classes)
        {
            Options = options,
            Temperature = temperature,
            GroupTemperatures = [.. ofGroups],
            SetThresholds = [.. ConformalFit.Fit(validation.Logits, validation.Labels, classes, reference, options)],
            Reference = [.. reference],
            Detector = detector,
            UnknownThreshold = Threshold(UnknownScores(detector, validation), options),
        };
        return policy with
        {
            Mix = MixReferenceFit.Fit(
                MixEstimate.Posteriors(policy, validation.Logits),
                validation.Labels,
                reference,
                MixReference.Groups(classes)
            ),
        };
    }

    /// <summary>Returns how unknown each image is.</summary>
    public static double[] UnknownScores(UnknownDetector detector, ScoredImages images)
    {
        double[] scores = new double[images.Count];
        Rows units = images.Features.Normalized();
        Parallel.For(0, scores.Length, row => scores[row] = detector.Score(units[row], images.Logits[row]));
        return scores;
    }

    // The least threshold with at most the promised false alarms on validation, one image more counted in, as for sets. With too few
    // images for the promise it is the largest score, which no validation image exceeds.
    private static double Threshold(double[] scores, PredictionPolicyOptions options) =>
        Math.Min(ConformalFit.Quantile(scores, 1 - options.FalseAlarms), scores.Max());
}

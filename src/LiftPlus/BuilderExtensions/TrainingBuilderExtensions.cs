namespace LiftPlus;

/// <summary>Sets how a recipe trains: length, rates, optimizer.</summary>
public static class TrainingBuilderExtensions
{
    /// <summary>Sets the number of epochs.</summary>
    public static LongTailFineTunerBuilder UseEpochs(this LongTailFineTunerBuilder builder, int epochs) =>
        builder.UseTraining(training => training with { Epochs = epochs });

    /// <summary>Sets the learning rate of the first epoch.</summary>
    public static LongTailFineTunerBuilder UseLearningRate(this LongTailFineTunerBuilder builder, double learningRate) =>
        builder.UseTraining(training => training with { LearningRate = learningRate });

    /// <summary>Sets the number of images per optimizer step.</summary>
    public static LongTailFineTunerBuilder UseBatchSize(this LongTailFineTunerBuilder builder, int batchSize) =>
        builder.UseTraining(training => training with { BatchSize = batchSize });

    /// <summary>Sets the seed of initial values, image order and augmentation.</summary>
    public static LongTailFineTunerBuilder UseSeed(this LongTailFineTunerBuilder builder, int seed) =>
        builder.UseTraining(training => training with { Seed = seed });

    /// <summary>
    /// Gives trained parameters their own learning rate and weight decay: <c>AddParameterGroup("classifier.*", learningRateFactor: 10)</c>.
    /// A parameter belongs to the first group that it matches.
    /// </summary>
    /// <param name="builder">The builder.</param>
    /// <param name="names">The names of the parameters; <c>*</c> stands for any letters (<see cref="ParameterGroup.Names"/>).</param>
    /// <param name="learningRateFactor">The factor on the learning rate.</param>
    /// <param name="weightDecayFactor">The factor on the weight decay; 0 for no decay.</param>
    public static LongTailFineTunerBuilder AddParameterGroup(
        this LongTailFineTunerBuilder builder,
        string names,
        double learningRateFactor = 1,
        double weightDecayFactor = 1
    )
    {
        var group = new ParameterGroup
        {
            Names = names,
            LearningRateFactor = learningRateFactor,
            WeightDecayFactor = weightDecayFactor,
        };
        return builder.UseTraining(training => training with { ParameterGroups = training.ParameterGroups.Add(group) });
    }

    /// <summary>
    /// Holds out a share of every class for validation when <c>Fit</c> is given no validation set. <see cref="ImageDataset.HoldOut"/> keeps
    /// groups of images together and gives you both parts.
    /// </summary>
    /// <param name="builder">The builder.</param>
    /// <param name="share">The share of every class.</param>
    /// <param name="minimumPerClass">The least number of images of a class; a class always keeps one training image.</param>
    public static LongTailFineTunerBuilder UseValidation(
        this LongTailFineTunerBuilder builder,
        double share = 0.1,
        int minimumPerClass = 1
    ) =>
        builder.UseTraining(training =>
            training with
            {
                Validation = new() { Share = share, MinimumPerClass = minimumPerClass },
            }
        );

    /// <summary>Ends the run when the accuracy on the validation set has not improved for some epochs.</summary>
    public static LongTailFineTunerBuilder UseEarlyStopping(this LongTailFineTunerBuilder builder, EarlyStoppingOptions? options = null) =>
        builder.UseTraining(training => training with { EarlyStopping = options ?? new EarlyStoppingOptions() });

    /// <summary>Trains towards flat minima, by SAM or one of its relatives.</summary>
    public static LongTailFineTunerBuilder UseSharpness(this LongTailFineTunerBuilder builder, SharpnessOptions? options = null) =>
        builder.UseTraining(training => training with { Sharpness = options ?? new SharpnessOptions() });

    /// <summary>Uses an optimizer, built-in or your own.</summary>
    public static LongTailFineTunerBuilder UseOptimizer(this LongTailFineTunerBuilder builder, OptimizerOptions options) =>
        builder.UseTraining(training => training with { Optimizer = options });

    /// <summary>Uses SGD with momentum.</summary>
    public static LongTailFineTunerBuilder UseSgd(this LongTailFineTunerBuilder builder, SgdOptions? options = null) =>
        builder.UseOptimizer(options ?? new SgdOptions());

    /// <summary>Uses AdamW (arXiv 1711.05101); set the learning rate with it, because the default suits SGD.</summary>
    public static LongTailFineTunerBuilder UseAdamW(this LongTailFineTunerBuilder builder, AdamWOptions? options = null) =>
        builder.UseOptimizer(options ?? new AdamWOptions());
}

using LiftPlus.Data;
using LiftPlus.Optimization;
using LiftPlus.Training;

namespace LiftPlus;

/// <summary>One-liners for the built-in parts, each over the general method that takes any part.</summary>
public static partial class LongTailFineTunerBuilderExtensions
{
    /// <summary>Starts over from a preset: one of <see cref="Presets"/>, by name. <c>UseRecipe</c> takes it as an object.</summary>
    /// <exception cref="LiftPlusException">There is no such preset.</exception>
    public static LongTailFineTunerBuilder UsePreset(this LongTailFineTunerBuilder builder, string name) =>
        builder.UseRecipe(Presets.Find(name));

    /// <summary>Sets the number of epochs.</summary>
    public static LongTailFineTunerBuilder UseEpochs(this LongTailFineTunerBuilder builder, int epochs) =>
        builder.UseTraining(training => training with { Epochs = epochs });

    /// <summary>Sets the seed of initial values, image order and augmentation.</summary>
    public static LongTailFineTunerBuilder UseSeed(this LongTailFineTunerBuilder builder, int seed) =>
        builder.UseTraining(training => training with { Seed = seed });

    /// <summary>
    /// Writes every step and validation of a run to a file of JSON lines. A resumed run continues its file, a new one starts over.
    /// </summary>
    /// <param name="builder">The builder.</param>
    /// <param name="path">The file; its folder is made where it is missing.</param>
    public static LongTailFineTunerBuilder AddMetricsFile(this LongTailFineTunerBuilder builder, string path) =>
        builder.AddRecorder(() => new MetricsFile(path));

    /// <summary>Writes every step and validation of a run as TensorBoard event files: <c>tensorboard --logdir FOLDER</c> shows them.</summary>
    public static LongTailFineTunerBuilder AddTensorBoard(this LongTailFineTunerBuilder builder, string folder) =>
        builder.AddRecorder(() => new TensorBoardFolder(folder));

    /// <summary>
    /// Gives trained parameters a rate and a decay of their own: <c>AddParameterGroup("classifier.*", learningRateFactor: 10)</c>. A parameter belongs to the
    /// first group that it matches.
    /// </summary>
    /// <param name="builder">The builder.</param>
    /// <param name="names">Their names, with <c>*</c> for any letters (<see cref="ParameterGroup.Names"/>).</param>
    /// <param name="learningRateFactor">Factor on the learning rate.</param>
    /// <param name="weightDecayFactor">Factor on the weight decay; 0 for none.</param>
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

    /// <summary>Ends the run when the accuracy on the validation set has not grown for some epochs.</summary>
    public static LongTailFineTunerBuilder UseEarlyStopping(this LongTailFineTunerBuilder builder, EarlyStoppingOptions? options = null) =>
        builder.UseTraining(training => training with { EarlyStopping = options ?? new EarlyStoppingOptions() });

    /// <summary>Uses an optimiser, built-in or your own.</summary>
    public static LongTailFineTunerBuilder UseOptimizer(this LongTailFineTunerBuilder builder, OptimizerOptions options) =>
        builder.UseTraining(training => training with { Optimizer = options });

    /// <summary>Uses SGD with momentum.</summary>
    public static LongTailFineTunerBuilder UseSgd(this LongTailFineTunerBuilder builder, SgdOptions? options = null) =>
        builder.UseOptimizer(options ?? new SgdOptions());

    /// <summary>Uses AdamW (arXiv 1711.05101); set the learning rate with it, because the default is SGD's.</summary>
    public static LongTailFineTunerBuilder UseAdamW(this LongTailFineTunerBuilder builder, AdamWOptions? options = null) =>
        builder.UseOptimizer(options ?? new AdamWOptions());

    /// <summary>Takes every image once each epoch, shuffled (<see cref="ShuffleSampler"/>): the default.</summary>
    public static LongTailFineTunerBuilder UseShuffleSampler(this LongTailFineTunerBuilder builder) =>
        builder.UseSampler(new ShuffleSamplerOptions());

    /// <summary>Draws every class equally often (<see cref="ClassBalancedSampler"/>).</summary>
    public static LongTailFineTunerBuilder UseClassBalancedSampler(this LongTailFineTunerBuilder builder) =>
        builder.UseSampler(new ClassBalancedSamplerOptions());

    /// <summary>Draws classes in proportion to the square root of their counts (<see cref="SquareRootSampler"/>).</summary>
    public static LongTailFineTunerBuilder UseSquareRootSampler(this LongTailFineTunerBuilder builder) =>
        builder.UseSampler(new SquareRootSamplerOptions());

    /// <summary>Takes at most <paramref name="cap"/> images of each class in an epoch (<see cref="CappedSampler"/>).</summary>
    public static LongTailFineTunerBuilder UseCappedSampler(this LongTailFineTunerBuilder builder, int cap = 100) =>
        builder.UseSampler(new CappedSamplerOptions { Cap = cap });

    /// <summary>Uses minimalist augmentation (arXiv 2504.13282).</summary>
    public static LongTailFineTunerBuilder UseMinimalistAugmentation(
        this LongTailFineTunerBuilder builder,
        ScheduleShape schedule = ScheduleShape.Convex
    ) => builder.UseAugmentation(new MinimalistAugmentationOptions { Schedule = schedule });

    /// <summary>Uses random resized crops and horizontal flips, as LIFT does (arXiv 2309.10019).</summary>
    public static LongTailFineTunerBuilder UseClassicAugmentation(this LongTailFineTunerBuilder builder) =>
        builder.UseAugmentation(new ClassicAugmentationOptions());

    /// <summary>
    /// Does not vary the training images. With <see cref="LongTailFineTunerBuilder.UseClassifierOnly"/> each image's feature is then computed once, before the first
    /// epoch, and kept in memory: a linear probe in seconds. The numbers are those of reading the images in every epoch, up to rounding.
    /// </summary>
    public static LongTailFineTunerBuilder UseNoAugmentation(this LongTailFineTunerBuilder builder) =>
        builder.UseAugmentation(new NoAugmentationOptions());

    /// <summary>Averages the logits of five crops at test time.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="expand">How much longer than the input the short side is resized, in pixels; 24 by default.</param>
    /// <param name="mirrorCrops">True to average the mirrored crops as well: ten in place of five.</param>
    public static LongTailFineTunerBuilder UseTestTimeEnsemble(
        this LongTailFineTunerBuilder builder,
        int? expand = null,
        bool mirrorCrops = false
    ) => builder.UseInference(inference => inference with { TestTimeEnsemble = true, Expand = expand, MirrorCrops = mirrorCrops });
}

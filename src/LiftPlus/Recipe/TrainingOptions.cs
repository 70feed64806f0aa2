using System.Collections.Immutable;
using System.ComponentModel.DataAnnotations;
using LiftPlus.Data;
using LiftPlus.Optimization;

namespace LiftPlus;

/// <summary>Specifies how a model is trained. The defaults are those of LIFT+ (arXiv 2504.13282).</summary>
public sealed record TrainingOptions
{
    /// <summary>Gets the number of passes over the training set.</summary>
    /// <value>The default value is 5; 15 suits the largest datasets (iNaturalist 2018).</value>
    [Range(1, 10_000)]
    public int Epochs { get; init; } = 5;

    /// <summary>Gets the learning rate of the first epoch. Cosine annealing reduces it to 0, epoch by epoch.</summary>
    /// <value>The default value is 0.02.</value>
    [Range(1e-12, 1e3)]
    public double LearningRate { get; init; } = 0.02;

    /// <summary>Gets the number of images per optimizer step.</summary>
    /// <value>The default value is 128.</value>
    [Range(1, 1_000_000)]
    public int BatchSize { get; init; } = 128;

    /// <summary>
    /// Gets the number of micro-batches that a batch is split into to save memory. Their gradients are accumulated before the step. For
    /// losses that are a mean over images the result is that of the whole batch; LADE and the class-weighted losses see only a micro-batch
    /// at a time.
    /// </summary>
    /// <value>The default value is 1. <see cref="BatchSize"/> must be a multiple of it.</value>
    [Range(1, 100_000)]
    public int AccumulationSteps { get; init; } = 1;

    /// <summary>
    /// Gets whether activations are recomputed in the backward pass (activation checkpointing, arXiv 1604.06174). Of each transformer block
    /// only the input is kept. Gradients are the same up to rounding, activations take little more memory than those of one block, and a
    /// step takes about 50 % longer (33 % if all weights are trained). Smaller micro-batches (<see cref="AccumulationSteps"/>) cost no
    /// time, so try them first. It has no effect on ResNets.
    /// </summary>
    /// <value>The default value is false.</value>
    public bool ActivationCheckpointing { get; init; }

    /// <summary>Gets the optimizer and its settings.</summary>
    /// <value>The default is SGD with momentum 0.9 and weight decay 5e-4 on every trained parameter.</value>
    public OptimizerOptions Optimizer { get; init; } = new SgdOptions();

    /// <summary>Gets the number of warm-up steps W: step n uses n / W of the scheduled learning rate.</summary>
    /// <value>The default value is 0: no warm-up, as in LIFT+.</value>
    [Range(0, 1_000_000_000)]
    public int WarmupSteps { get; init; }

    /// <summary>
    /// Gets groups of parameters with their own learning rates. A parameter belongs to the first group whose pattern matches.
    /// </summary>
    /// <value>The default is empty: all parameters have the same learning rate and weight decay.</value>
    public ImmutableArray<ParameterGroup> ParameterGroups { get; init; } = [];

    /// <summary>
    /// Gets the maximum norm ‖g‖₂ of the gradient of a step over all trained parameters; a larger gradient is scaled down.
    /// </summary>
    /// <value>The default is null: gradients are not clipped.</value>
    [Range(1e-12, 1e12)]
    public double? ClipGradientNorm { get; init; }

    /// <summary>Gets how training looks for flat minima (SAM and its relatives for long tails).</summary>
    /// <value>The default is null: the gradient is that at the parameters.</value>
    public SharpnessOptions? Sharpness { get; init; }

    /// <summary>
    /// Gets what is trained in a run that starts from a model (<see cref="LongTailFineTunerBuilder.UseInitialModel(FineTunedModel)"/>).
    /// Without augmentation, a run that trains only the classifier computes the features once.
    /// </summary>
    /// <value>The default value is <see cref="LiftPlus.ClassifierTraining.WithMethods"/>.</value>
    public ClassifierTraining ClassifierTraining { get; init; }

    /// <summary>
    /// Gets the decay d in (0, 1) of an exponential moving average of the trained parameters, a = d a + (1 - d) p after each step, where d
    /// is at most (1 + n) / (10 + n) after n steps. Validation and the finished model use the average. Running statistics of batch
    /// normalisation are not averaged.
    /// </summary>
    /// <value>The default is null: no average. 0.99 suits runs of a thousand steps, 0.999 longer ones.</value>
    [Range(1e-6, 0.999999)]
    public double? AveragingDecay { get; init; }

    /// <summary>
    /// Gets the share s of the values before training in those of the finished model, s θ_start + (1 - s) θ_trained (WiSE-FT,
    /// arXiv 2109.01903). Validation uses the mean, too. It keeps more of what the foundation knows, and helps if the model classifies
    /// well before training.
    /// </summary>
    /// <value>The default value is 0: the trained values. 0.5 is usual.</value>
    [Range(0, 0.999)]
    public double StartShare { get; init; }

    /// <summary>Gets which training images are held out for validation when <c>Fit</c> is given no validation set.</summary>
    /// <value>The default is null: all images are trained on.</value>
    public ValidationOptions? Validation { get; init; }

    /// <summary>
    /// Gets the time that a run may take, from the call of <c>Fit</c> or <c>Resume</c> to the model. After the first steps the run measures
    /// how many epochs fit, at most <see cref="Epochs"/>, and anneals the learning rate over them; the last may be a part of an epoch. If
    /// the machine slows down later, the run ends early. <c>Resume</c> continues the same schedule, and the time between the parts does
    /// not count.
    /// </summary>
    /// <value>The default is null: all epochs are trained, however long they take.</value>
    [Range(
        typeof(TimeSpan),
        "00:00:00",
        "36500.00:00:00",
        MinimumIsExclusive = true,
        ErrorMessage = "Give a positive time, or null to train all epochs."
    )]
    public TimeSpan? TimeLimit { get; init; }

    /// <summary>Gets which model of the run is returned when there is a validation set.</summary>
    /// <value>The default value is <see cref="ReturnedModel.Best"/>.</value>
    public ReturnedModel Return { get; init; }

    /// <summary>Gets the validation accuracy by which the models of a run are compared: to return the best one and to stop early.</summary>
    /// <value>The default value is <see cref="ValidationMetric.MeanClass"/>.</value>
    public ValidationMetric Metric { get; init; }

    /// <summary>Gets when training stops before the last epoch, depending on validation accuracy.</summary>
    /// <value>The default is null: all epochs are trained.</value>
    public EarlyStoppingOptions? EarlyStopping { get; init; }

    /// <summary>Gets the seed of initial values, image order and augmentation.</summary>
    /// <value>The default value is 0.</value>
    public int Seed { get; init; }

    /// <summary>Gets the arithmetic of the frozen part of the model.</summary>
    /// <value>The default value is <see cref="Precision.Auto"/>.</value>
    public Precision Precision { get; init; } = Precision.Auto;

    /// <summary>
    /// Gets whether a GPU may round the inputs of float32 matrix products to TensorFloat-32 (10 bits of mantissa), which is faster on
    /// Ampere and later. This switch applies to the whole process and is set when training starts; it has no effect on the CPU.
    /// </summary>
    /// <value>The default value is false.</value>
    public bool AllowTf32 { get; init; }

    /// <summary>
    /// Gets how the processor multiplies activations with weights in float32, which takes most of the time of a step. The two ways
    /// differ by rounding. It has no effect on a GPU.
    /// </summary>
    /// <value>The default value is <see cref="LiftPlus.LinearProduct.Auto"/>.</value>
    public LinearProduct LinearProduct { get; init; }

    /// <summary>Gets the number of threads that decode and transform images ahead of training.</summary>
    /// <value>The default is null: chosen by the number of processors. The result does not depend on it.</value>
    [Range(1, 1024)]
    public int? LoaderWorkers { get; init; }

    /// <summary>
    /// Gets whether every image file is checked before training starts (<see cref="ImageDataset.Check"/>), so that a damaged file does not
    /// end training hours later.
    /// </summary>
    /// <value>The default value is true.</value>
    public bool CheckImages { get; init; } = true;

    /// <summary>
    /// Gets what happens when an image cannot be read: training fails and names the image, or leaves it out and lists it in
    /// <see cref="FineTunedModel.SkippedImages"/>.
    /// </summary>
    /// <value>The default value is <see cref="UnreadablePolicy.Fail"/>.</value>
    public UnreadablePolicy Unreadable { get; init; }
}

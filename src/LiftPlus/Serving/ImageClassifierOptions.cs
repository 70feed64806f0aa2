using System.Collections.Immutable;
using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;
using LiftPlus.Data;
using LiftPlus.Models;
using LiftPlus.Serving;
using LiftPlus.Texts;

namespace LiftPlus;

/// <summary>Specifies how a trained model, or a CLIP model without training, is served (<c>AddImageClassifier</c>).</summary>
public sealed record ImageClassifierOptions : IValidatableObject
{
    /// <summary>
    /// Gets or sets the model's folder, as <see cref="FineTunedModel.Save"/> writes it. Leave it out to classify by
    /// <see cref="ClassNames"/>.
    /// </summary>
    [ServedModel]
    public string Model { get; set; } = "";

    /// <summary>
    /// Gets or sets the names of the classes of a <see cref="ZeroShotClassifier"/> on <see cref="Backbone"/>, which needs no model folder.
    /// </summary>
    /// <value>The default is empty: <see cref="Model"/> has its classes.</value>
    public ImmutableArray<string> ClassNames { get; set; } = [];

    /// <summary>Gets or sets the sentences that <see cref="ClassNames"/> are put into; <c>{}</c> is the place of the name.</summary>
    /// <value>The default is empty: "a photo of a {}."</value>
    public ImmutableArray<string> PromptTemplates { get; set; } = [];

    /// <summary>
    /// Gets or sets the backbone's folder, file or hub id; null for the backbone that the model names. A repository of the hub is taken
    /// from its cache on this machine. It is downloaded only if <see cref="HubOptions"/> are among the services.
    /// </summary>
    public string? Backbone { get; set; }

    /// <summary>
    /// Gets or sets a function that creates the backbone, in place of <see cref="Backbone"/>
    /// (<see cref="ModelLoadOptions.CreateBackbone"/>).
    /// </summary>
    /// <value>The default is null: the backbone is read from files.</value>
    [JsonIgnore]
    public Func<Backbone>? CreateBackbone { get; set; }

    /// <summary>Gets or sets the decoder of images, which should be the one that the model was trained with.</summary>
    /// <value>The default is null: the <see cref="IImageDecoder"/> among the services, or <see cref="SkiaImageDecoder"/>.</value>
    [JsonIgnore]
    public IImageDecoder? Decoder { get; set; }

    /// <summary>
    /// Gets or sets what the <c>Type</c> names in the model's recipe stand for; add your own methods to <see cref="RecipeJson.BuiltIn"/>.
    /// </summary>
    /// <value>The default is null: the <see cref="ComponentRegistry"/> among the services, or the built-in components.</value>
    [JsonIgnore]
    public ComponentRegistry? Components { get; set; }

    /// <summary>Gets or sets the device: "cpu", "cuda", "cuda:0", or "auto" (the first GPU, if there is one).</summary>
    /// <value>The default value is "auto".</value>
    [Required]
    [RegularExpression(DeviceName.Allowed, ErrorMessage = DeviceName.Choices)]
    public string Device { get; set; } = "auto";

    /// <summary>Gets or sets the maximum number of images that go through the model together.</summary>
    /// <value>The default value is 32.</value>
    [Range(1, 1024)]
    public int MaxBatchSize { get; set; } = 32;

    /// <summary>
    /// Gets or sets how long a batch that is not full waits for images that are being decoded. A lone image is classified at once.
    /// </summary>
    /// <value>The default value is 5 ms.</value>
    [Range(typeof(TimeSpan), "00:00:00", "00:00:10")]
    public TimeSpan MaxBatchDelay { get; set; } = TimeSpan.FromMilliseconds(5);

    /// <summary>
    /// Gets or sets the maximum number of images that are being decoded, waiting or classified; more are rejected or wait. An image from a
    /// stream counts when all its bytes have arrived, so slow senders take no place. Each takes the memory of its pixels as numbers (0.6 MB
    /// at 224 pixels).
    /// </summary>
    /// <value>The default value is 256.</value>
    [Range(1, 100_000)]
    public int QueueCapacity { get; set; } = 256;

    /// <summary>
    /// Gets or sets the maximum memory in bytes of the images that are being read from streams or wait for decoding; more are rejected or
    /// wait. An image takes the memory of the bytes that have arrived, in steps of a power of two. One image at a time may exceed it.
    /// </summary>
    /// <value>
    /// The default value is 256 MiB: 8 images of 20 MiB, 4,000 images of 60 KB, or 65,536 senders that have sent next to nothing.
    /// </value>
    [Range(4096, 1L << 40)]
    public long MaxBufferedBytes { get; set; } = 256 << 20;

    /// <summary>
    /// Gets or sets how long the bytes of an image may take to arrive from a stream. A slower image fails with an
    /// <see cref="ImageDecodeException"/> that contains a <see cref="TimeoutException"/>.
    /// </summary>
    /// <value>The default value is 30 seconds, enough for 20 MiB at 6 Mbit/s.</value>
    [Range(typeof(TimeSpan), "00:00:00.010", "1.00:00:00")]
    public TimeSpan ReadTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Gets or sets what happens to an image when there is no room in the queue or in the memory for streams.</summary>
    /// <value>The default value is <see cref="QueueFullMode.Reject"/>.</value>
    public QueueFullMode FullMode { get; set; }

    /// <summary>Gets or sets the largest image that is accepted. The options of a call cannot exceed it.</summary>
    /// <value>The default is 20 MiB and 50 million pixels.</value>
    public ImageLimits Limits { get; set; } = new() { MaxEncodedBytes = 20 << 20, MaxPixels = 50_000_000 };

    /// <summary>
    /// Gets or sets how often the model's folder is checked for a new model; null to load one by
    /// <see cref="IServedImageClassifier.ReloadAsync"/> only.
    /// </summary>
    /// <value>The default value is 5 seconds.</value>
    [Range(typeof(TimeSpan), "00:00:00.010", "1.00:00:00")]
    public TimeSpan? PollInterval { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>Gets whether class names take the place of a model folder.</summary>
    internal bool IsZeroShot => !ClassNames.IsDefaultOrEmpty;

    IEnumerable<ValidationResult> IValidatableObject.Validate(ValidationContext validationContext)
    {
        if (!IsZeroShot)
            yield break;
        if (string.IsNullOrWhiteSpace(Backbone) && CreateBackbone is null)
            yield return new ValidationResult(
                $"the value is missing. {nameof(ClassNames)} need a CLIP model: give its folder or hub id.",
                [nameof(Backbone)]
            );
        HashSet<string> keys = [];
        foreach ((int label, string name) in ClassNames.Index())
        {
            if (string.IsNullOrWhiteSpace(name) || !keys.Add(ClassName.Key(name)))
                yield return new ValidationResult(
                    $"the value is '{name}'. Give each class a different name.",
                    [$"{nameof(ClassNames)}[{label}]"]
                );
        }

        foreach ((int number, string template) in PromptTemplates.Index())
        {
            if (!template.Contains("{}", StringComparison.Ordinal))
                yield return new ValidationResult(
                    $"the value is '{template}'. Write {{}} in the place of the class name.",
                    [$"{nameof(PromptTemplates)}[{number}]"]
                );
        }
    }
}

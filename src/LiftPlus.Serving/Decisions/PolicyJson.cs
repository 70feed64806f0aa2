using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using LiftPlus.Files;

namespace LiftPlus.Decisions;

/// <summary>Writes policies as JSON, and reads them.</summary>
internal static class PolicyJson
{
    /// <summary>The name of the policy in the metadata of an ONNX file.</summary>
    public const string NoteName = "policy";

    private const long MostTokens = 10_000_000;

    /// <summary>Writes a policy. Only a model folder has the arrays of unknown images beside it.</summary>
    /// <param name="policy">The policy.</param>
    /// <param name="isInFolder">Whether it is for a model folder; otherwise what needs other files or features is left out.</param>
    public static string Write(PredictionPolicy policy, bool isInFolder = true)
    {
        bool hasUnknown = isInFolder || !policy.NeedsFeatures;
        PolicyFile file = new()
        {
            SchemaVersion = PolicyFile.CurrentSchema,
            Options = policy.Options,
            TrainingImages = policy.Classes.Counts,
            Temperature = policy.Temperature,
            GroupTemperatures = policy.GroupTemperatures,
            SetThresholds = policy.SetThresholds,
            Reference = policy.Reference,
            UnknownThreshold = hasUnknown && policy.Detector is not null ? policy.UnknownThreshold : null,
            Prior = policy.Prior,
            PriorStrength = policy.PriorStrength,
            Mix = isInFolder ? policy.Mix : null,
        };
        return JsonSerializer.Serialize(file, PolicyJsonContext.Default.PolicyFile);
    }

    /// <summary>Reads a policy for the classes of a model.</summary>
    /// <param name="utf8">The text.</param>
    /// <param name="place">Where it is, for messages.</param>
    /// <param name="names">The names of the model's classes.</param>
    /// <param name="detector">Makes what measures unknown images; null where there are no arrays.</param>
    /// <exception cref="LiftPlusException">The text is not a policy for these classes; the message says where and why.</exception>
    public static PredictionPolicy Read(
        ReadOnlySpan<byte> utf8,
        string place,
        IReadOnlyList<string> names,
        Func<PredictionPolicyOptions, UnknownDetector>? detector = null
    ) => Checked(utf8, place, PolicyJsonContext.Default.PolicyFile, file =>
        {
            CheckSchema(file.SchemaVersion, PolicyFile.CurrentSchema);
            if (file.TrainingImages.IsDefault || file.TrainingImages.Length != names.Count)
                throw new LiftPlusException(
                    $"trainingImages has {(file.TrainingImages.IsDefault ? 0 : file.TrainingImages.Length)} classes, "
                        + $"and the model has {names.Count}"
                );
            PredictionPolicy policy = new(new ClassDistribution(names, file.TrainingImages))
            {
                Options = file.Options,
                Temperature = file.Temperature,
                GroupTemperatures = file.GroupTemperatures,
                SetThresholds = file.SetThresholds,
                Reference = file.Reference,
                UnknownThreshold = file.UnknownThreshold,
                Prior = file.Prior,
                PriorStrength = file.PriorStrength,
                Mix = file.Mix,
            };
            PolicyCheck.ThrowIfInvalid(policy);
            if (file.UnknownThreshold is null)
                return policy;
            return policy with
            {
                Detector = file.Options.UnknownMeasure is null or UnknownMeasure.MaximumSoftmax
                    ? new MaximumSoftmax()
                    : detector?.Invoke(file.Options),
            };
        });

    /// <summary>Reads JSON of a policy, and says where it is if something in it is wrong.</summary>
    /// <param name="utf8">The text.</param>
    /// <param name="place">Where it is, for messages.</param>
    /// <param name="kind">What it says.</param>
    /// <param name="use">Makes the result, and throws a <see cref="LiftPlusException"/> that says what is wrong.</param>
    /// <exception cref="LiftPlusException">The text is damaged, or the result cannot be made of it.</exception>
    public static TResult Checked<TFile, TResult>(ReadOnlySpan<byte> utf8, string place, JsonTypeInfo<TFile> kind, Func<TFile, TResult> use)
        where TFile : class
    {
        try
        {
            JsonText.Check(utf8, new JsonReaderOptions { MaxDepth = 8 }, MostTokens);
            return use(JsonSerializer.Deserialize(utf8, kind) ?? throw new LiftPlusException("the JSON is null; an object is needed"));
        }
        catch (JsonException e)
        {
            string at = e.LineNumber is long line ? $" (line {line + 1}, {e.Path})" : "";
            throw Wrong($"{place}{at}: {e.Message.Split('\n')[0].TrimEnd('.')}", e);
        }
        catch (LiftPlusException e)
        {
            throw Wrong($"{place}: {e.Message.TrimEnd('.')}", e);
        }
    }

    /// <exception cref="LiftPlusException">A file has another schema than this version reads.</exception>
    public static void CheckSchema(int found, int known)
    {
        if (found != known)
            throw new LiftPlusException($"schemaVersion is {found}, and this version of LiftPlus reads {known}");
    }

    private static LiftPlusException Wrong(string problem, Exception inner) =>
        new($"{problem}. Fit the policy again with FineTunedModel.FitPolicy, and save or export the model.", inner);
}

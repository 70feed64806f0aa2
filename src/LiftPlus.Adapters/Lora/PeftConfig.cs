using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using LiftPlus.Files;
using LiftPlus.Messages;

namespace LiftPlus.Adapters;

/// <summary>Represents the settings in an <c>adapter_config.json</c> that affect what LoRA computes.</summary>
internal sealed class PeftConfig
{
    private const long MaxLength = 1 << 22;
    private const int MaxPatterns = 10_000,
        MaxPatternLength = 1000;

    // Settings that change the computation, unless they have one of the given values or are absent, null or empty.
    private static readonly (string Name, string[] Harmless)[] s_others =
    [
        ("bias", ["none"]),
        ("use_dora", ["false", "true"]),
        ("lora_bias", ["false"]),
        ("fan_in_fan_out", ["false"]),
        ("use_qalora", ["false"]),
        ("use_bdlora", []),
        ("layer_replication", []),
        ("alora_invocation_tokens", []),
        ("arrow_config", []),
        ("kasa_config", []),
        ("monteclora_config", []),
        ("trainable_token_indices", []),
        ("target_parameters", []),
        ("megatron_config", []),
    ];

    // Initialisations that also change the frozen weights, so that the adapter alone does not describe the model.
    private static readonly string[] s_changingStarts = ["pissa", "olora", "corda", "loftq", "lora_ga"];

    private readonly JsonObject _settings;
    private readonly Dictionary<string, (Regex Name, JsonNode? Value)[]> _patterns = [];

    private PeftConfig(JsonObject settings) => _settings = settings;

    /// <summary>Gets whether the scale is alpha / √r instead of alpha / r.</summary>
    private bool IsRankStabilized => _settings["use_rslora"]?.GetValueKind() == JsonValueKind.True;

    /// <summary>Gets whether the adapter is DoRA, with a length for each row.</summary>
    public bool IsDora => _settings["use_dora"]?.GetValueKind() == JsonValueKind.True;

    /// <exception cref="LiftPlusException">The file is missing or is not a JSON object.</exception>
    public static PeftConfig Read(string path)
    {
        try
        {
            var unique = new JsonDocumentOptions { AllowDuplicateProperties = false };
            return JsonNode.Parse(JsonText.Read(path, MaxLength).Span, documentOptions: unique) is JsonObject settings
                ? new PeftConfig(settings)
                : throw new LiftPlusException($"{path}: expected a JSON object. Download the file again.");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException)
        {
            throw new LiftPlusException(
                $"{path}: the file cannot be read ({e.Message.Split('\n')[0].TrimEnd()}). "
                    + "Give the folder that peft's save_pretrained wrote.",
                e
            );
        }
    }

    /// <summary>Returns the settings that LiftPlus does not support, with their values.</summary>
    public IEnumerable<string> Problems()
    {
        if (Text("peft_type") != "LORA")
            yield return $"peft_type is {Shown("peft_type")}; only LORA is supported";
        foreach ((string name, string[] harmless) in s_others)
        {
            if (
                _settings[name] is JsonNode value
                && value is not (JsonObject { Count: 0 } or JsonArray { Count: 0 })
                && !harmless.Contains(value.ToString(), StringComparer.OrdinalIgnoreCase)
            )
                yield return $"{name} is {Shown(name)}, which changes the computation";
        }

        if (
            Text("init_lora_weights") is string start
            && s_changingStarts.Any(other => start.StartsWith(other, StringComparison.OrdinalIgnoreCase))
        )
            yield return $"init_lora_weights is '{start}', which also changed the frozen weights; "
                + "save the adapter as plain LoRA in Python (path_initial_model_for_weight_conversion)";
        foreach (string table in new[] { "rank_pattern", "alpha_pattern" })
        {
            if (
                _settings[table] is JsonObject patterns
                && (patterns.Count > MaxPatterns || patterns.Any(entry => entry.Key.Length > MaxPatternLength))
            )
                yield return $"{table} has more than {MaxPatterns} patterns or one of more than {MaxPatternLength} characters";
        }

        foreach (string name in new[] { "r", "lora_alpha" })
        {
            if (Number(_settings[name]) is null)
                yield return $"{name} is {Shown(name)} instead of a number";
        }
    }

    /// <summary>Returns the rank of a module.</summary>
    public double Rank(string module) => Number(Matching("rank_pattern", module)) ?? Number(_settings["r"])!.Value;

    /// <summary>Returns the α of a module, such that peft multiplies B A x by α / r.</summary>
    public double Alpha(string module, long rank)
    {
        double alpha = Number(Matching("alpha_pattern", module)) ?? Number(_settings["lora_alpha"])!.Value;
        return IsRankStabilized ? alpha * Math.Sqrt(rank) : alpha;
    }

    // As in peft: the first pattern that matches the name from its start, or from a dot, to its end.
    private JsonNode? Matching(string table, string module)
    {
        if (!_patterns.TryGetValue(table, out (Regex Name, JsonNode? Value)[]? patterns))
            _patterns[table] = patterns = [.. (_settings[table] as JsonObject ?? []).Select(entry => (Pattern(entry.Key), entry.Value))];
        return Array.Find(patterns, pattern => pattern.Name.IsMatch(module)).Value;
    }

    private static Regex Pattern(string pattern)
    {
        try
        {
            return new Regex($@"\A(.*\.)?({pattern})\z", RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);
        }
        catch (Exception e) when (e is ArgumentException or NotSupportedException)
        {
            throw new LiftPlusException(
                $"adapter_config.json: the pattern '{MessageText.Shorten(pattern)}' is not supported ({e.Message}). "
                    + "Write the names of the modules in full.",
                e
            );
        }
    }

    private string? Text(string name) => _settings[name] is JsonValue value && value.TryGetValue(out string? text) ? text : null;

    private static double? Number(JsonNode? node) =>
        node is JsonValue value
        && value.GetValueKind() == JsonValueKind.Number
        && double.TryParse(value.ToString(), CultureInfo.InvariantCulture, out double number)
        && double.IsFinite(number)
            ? number
            : null;

    private string Shown(string name) => MessageText.Shorten(_settings[name]?.ToJsonString() ?? "missing");
}

namespace LiftPlus.House.Tests;

/// <summary>
/// Holds which folder may use which. A folder uses only folders listed before it, so that there are no circles; the few exceptions are
/// listed with their reasons.
/// </summary>
public sealed class FolderArrowTests
{
    private static readonly Dictionary<string, (string Folder, string Uses)[]> s_rooms = new()
    {
        ["LiftPlus.Core"] =
        [
            (".", ""),
            ("Messages", ""),
            ("Texts", "."),
            ("Files", "."),
            ("Validation", "."),
            ("Native", ". Files"),
            ("Lifetimes", ""),
            ("Weights", ". Messages Files Native"),
            ("Onnx", ". Files Weights"),
            ("Sites", ". Native Onnx"),
            ("Layers", ". Sites Onnx"),
            ("Tokenization", ". Messages Files Texts Weights"),
            ("Backbones", ". Messages Files Validation Native Lifetimes Weights Onnx Sites Layers Tokenization"),
            ("Classifiers", ". Messages Native Onnx Tokenization Backbones"),
            ("Peft", ". Weights Sites Layers Backbones"),
            ("Losses", ". Native"),
            ("Metrics", "."),
            ("Optimization", ". Native"),
        ],
        ["LiftPlus.Adapters"] =
        [
            (".", ""),
            ("Bottleneck", "."),
            ("AdaptFormer", ". Bottleneck"),
            ("ArbitraryFineTuning", ""),
            ("ClipAdapter", ". Bottleneck"),
            ("CoOp", ""),
            ("Lora", "."),
            ("Ssf", "."),
            ("Unfreezing", ""),
            ("VisualPrompt", "."),
            ("Reference", "ArbitraryFineTuning Lora"),
        ],
        ["LiftPlus.Data"] =
        [
            ("Pixels", ""),
            ("Randomness", ""),
            ("Decoding", "Pixels"),
            ("Images", "Pixels Decoding"),
            ("Transforms", "Pixels Randomness Decoding"),
            ("Sources", "Pixels Decoding Images"),
            ("Datasets", "Pixels Randomness Decoding Images Sources"),
            ("Sampling", "Randomness Datasets"),
            ("Loading", "Pixels Randomness Decoding Images Transforms Datasets Sampling"),
        ],
        ["LiftPlus"] =
        [
            ("Hub", ""),
            ("Telemetry", ""),
            ("Recipe", ""),
            ("Inference", "Recipe"),
            ("Evaluation", "Hub Recipe Inference"),
            ("Exports", "Recipe Inference Evaluation"),
            ("Models", "Hub Telemetry Recipe Inference Evaluation Exports"),
            ("Runs", "Telemetry Recipe Inference Evaluation Models"),
            ("Training", "Hub Telemetry Recipe Inference Evaluation Models Runs"),
            ("Sweeps", "Hub Recipe Evaluation Models Runs Training"),
            (".", "Hub Telemetry Recipe Models Training Sweeps"),
            ("BuilderExtensions", ". Recipe Training"),
            ("Serving", "Hub Telemetry Recipe Inference Models"),
            ("DependencyInjection", "Hub Telemetry Recipe Inference Models . Serving"),
        ],
        ["LiftPlus.ConsoleProgress"] = [("Display", ""), (".", "Display")],
        ["LiftPlus.Cli"] =
        [
            ("Outputs", ""),
            ("Inputs", "Outputs"),
            ("Checking", "Outputs"),
            ("Commands", "Outputs Inputs Checking"),
            (".", "Outputs Commands"),
        ],
        ["LiftPlus.Reports"] = [(".", ""), ("Text", ""), ("Charts", "Text"), ("Page", ". Text Charts"), ("Sections", ". Text Charts Page")],
    };

    private static readonly Dictionary<string, (string From, string To, string Reason)[]> s_circles = new()
    {
        ["LiftPlus.Core"] = [(".", "Native", "TensorMath makes numbers for native code, which must be loaded")],
        ["LiftPlus"] =
        [
            ("Evaluation", "Models", "models and their evaluation belong together: Evaluate is a method of a model"),
            ("Exports", "Models", "an export writes a model, and a model is imported from what an export wrote"),
        ],
        ["LiftPlus.Reports"] =
        [
            (".", "Page", "HtmlReport puts the page together from its content"),
            (".", "Sections", "HtmlReport puts the page together from its content"),
        ],
    };

    public static TheoryData<string> Assemblies => [.. s_rooms.Keys];

    [Theory]
    [MemberData(nameof(Assemblies))]
    public void AFolderUsesOnlyWhatTheTableAllows(string assembly)
    {
        string[] allowed =
        [
            .. s_rooms[assembly].SelectMany(room => Split(room.Uses).Select(to => $"{room.Folder} -> {to}")),
            .. Circles(assembly).Select(arrow => $"{arrow.From} -> {arrow.To}"),
        ];
        Dictionary<(string From, string To), string> found = FolderArrows.Of(assembly);
        Assert.Empty(from arrow in found where !allowed.Contains($"{arrow.Key.From} -> {arrow.Key.To}") select Describe(arrow));
        Assert.Empty(allowed.Except(found.Keys.Select(arrow => $"{arrow.From} -> {arrow.To}"))); // no longer needed
    }

    [Theory]
    [MemberData(nameof(Assemblies))]
    public void TheTableHasNoCirclesButTheListedOnes(string assembly)
    {
        (string Folder, string Uses)[] rooms = s_rooms[assembly];
        foreach ((int i, (string folder, string uses)) in rooms.Index())
            Assert.All(Split(uses), to => Assert.True(rooms.Take(i).Any(room => room.Folder == to), $"{folder} -> {to} points downwards"));
        Assert.All(Circles(assembly), circle => Assert.NotEmpty(circle.Reason));
    }

    private static (string From, string To, string Reason)[] Circles(string assembly) => s_circles.GetValueOrDefault(assembly, []);

    private static string[] Split(string uses) => uses.Split(' ', StringSplitOptions.RemoveEmptyEntries);

    private static string Describe(KeyValuePair<(string From, string To), string> arrow) =>
        $"{arrow.Key.From} -> {arrow.Key.To}: {arrow.Value}";
}

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
            ("Native", ""),
            ("Weights", "Native"),
            ("Onnx", ". Weights"),
            ("Sites", "Native Onnx"),
            ("Layers", ". Native Onnx Sites"),
            ("Tokenization", "Weights"),
            ("Backbones", ". Native Weights Onnx Sites Layers Tokenization"),
            ("Classifiers", ". Native Onnx Tokenization Backbones"),
            ("Peft", "Weights Sites Layers Backbones"),
            ("Losses", ". Native"),
            ("Metrics", ""),
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
            (".", ""),
            ("Messages", ""),
            ("Texts", "."),
            ("Files", "."),
            ("Validation", "."),
            ("Lifetimes", ""),
            ("Pickles", ". Files"),
            ("Pixels", ""),
            ("Randomness", ""),
            ("Decoding", ". Messages Pixels"),
            ("Images", ". Texts Files Pixels Decoding"),
            ("Transforms", ". Pixels Randomness Decoding Images"),
            ("Sources", ". Messages Texts Files Pickles Pixels Decoding Images"),
            ("Datasets", ". Messages Texts Pixels Randomness Decoding Images Sources"),
            ("Sampling", ". Randomness Datasets"),
        ],
        ["LiftPlus"] =
        [
            ("Hub", ""),
            ("Telemetry", ""),
            ("Loading", ""),
            ("Recipe", ""),
            ("Decisions", ""),
            ("Processes", "Loading"),
            ("Inference", "Loading Recipe"),
            ("Evaluation", "Hub Loading Recipe Inference"),
            ("Exports", "Recipe Inference Evaluation"),
            ("Models", "Hub Loading Recipe Decisions Processes Inference Evaluation Exports"),
            ("Runs", "Recipe Processes Inference Evaluation Models"),
            ("Training", "Hub Telemetry Loading Recipe Processes Inference Evaluation Models Runs"),
            ("Sweeps", "Hub Loading Recipe Evaluation Models Runs Training"),
            (".", "Hub Telemetry Loading Recipe Processes Models Training Sweeps"),
            ("BuilderExtensions", "Recipe Training ."),
            ("Serving", "Hub Recipe Models"),
            ("DependencyInjection", "Hub Loading Recipe Models . Serving"),
        ],
        ["LiftPlus.Serving"] =
        [
            ("Telemetry", ""),
            ("Decisions", ""),
            ("Inference", "Telemetry Decisions"),
            ("Serving", "Telemetry Inference"),
            ("DependencyInjection", "Telemetry Inference Serving"),
        ],
        ["LiftPlus.Distributed"] =
        [
            ("Collectives", ""),
            ("Native", "Collectives"),
            ("Processes", "Collectives"),
            (".", "Native Processes"),
        ],
        ["LiftPlus.Jobs"] =
        [
            (".", ""),
            ("Plans", "."),
            ("Parts", "Plans"),
            ("Workers", ". Plans Parts"),
            ("Jobs", ". Plans Parts Workers"),
        ],
        ["LiftPlus.Embeddings"] = [(".", "")],
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

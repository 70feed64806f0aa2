using System.Text.Json;
using LiftPlus.Exports;
using LiftPlus.Messages;
using LiftPlus.Models;
using LiftPlus.Onnx;
using LiftPlus.Validation;
using LiftPlus.Weights.Onnx;
using TorchSharp;
using static TorchSharp.torch;

namespace LiftPlus;

/// <summary>
/// Writes models as ONNX files, which runtimes in other languages and on other devices compute without LiftPlus and libtorch. The files
/// need nothing else: every value that was trained is inside.
/// </summary>
public static class OnnxExport
{
    private const string Logits = "logits",
        Probabilities = "probabilities",
        Features = "features",
        Embeddings = "embeddings",
        Tokens = "tokens";

    private const int Listed = 20;

    /// <summary>
    /// Writes a model. The input is <c>images</c>; the outputs are <c>logits</c> (N, C), <c>probabilities</c> (N, C), their softmax (or
    /// sigmoids for zero-shot SigLIP), and <c>features</c> (N, D). N is any number. The metadata hold <c>class_names</c> and
    /// <c>training_images</c>, the number of each class, (JSON arrays), <c>preprocessing</c> (JSON), <c>recipe</c>, <c>backbone</c>,
    /// <c>backbone_config</c> (JSON), <c>backbone_sha256</c>, <c>weights</c>, <c>library_version</c> and, where there are any,
    /// <c>adapters</c> (a JSON array) and the <c>policy</c> (JSON; without unknown images unless they are found by the largest
    /// probability). <see cref="Backbone.Load"/> reads the image tower of a file without adapters. The model in memory
    /// stays as it is. The file appears only when it is complete, and replaces an earlier one.
    /// </summary>
    /// <param name="model">The model.</param>
    /// <param name="path">The file, such as "model.onnx".</param>
    /// <param name="options">The form of the file.</param>
    /// <param name="cancellationToken">Stops the writing; no file appears.</param>
    /// <returns>What the test of the file showed, if the options have one.</returns>
    /// <exception cref="LiftPlusException">
    /// A part of the model cannot be written (the message lists all of them, and nothing was written), an option is out of range, the file
    /// cannot be written, or fails its test.
    /// </exception>
    /// <exception cref="ObjectDisposedException">The model is disposed.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public static OnnxExportResult Save(
        ImageClassifier model,
        string path,
        OnnxExportOptions? options = null,
        CancellationToken cancellationToken = default
    )
    {
        options ??= new OnnxExportOptions();
        OptionsValidator.ThrowIfInvalid(options);
        using ModelUse use = model.Enter();
        use.Head.RequireOneRowEach("an ONNX file");
        int classes = use.Head.Classes.ClassCount;
        OnnxExportResult result = options.Test is OnnxExportTest test
            ? FileTest.Run(model, test, path, file => WriteTo(file, hasPolicy: false), cancellationToken)
            : new OnnxExportResult();
        WriteTo(path, hasPolicy: true);
        return result;

        // The test compares the scores, as an evaluation does, without decisions on top of them.
        void WriteTo(string file, bool hasPolicy) =>
            Write(file, options, ModelNotes.Of(model, use.Head, options, hasPolicy), AddModel, cancellationToken);

        void AddModel(OnnxGraph graph)
        {
            graph.NameAfter(model.Backbone);
            var input = new ImageInput(graph, model.Backbone.Config, model.Inference);
            string features = AddImageTower(graph, model.Backbone, input, options);
            string logits = Mean(graph, ImageClassifier.Write(graph, features, use.Head), classes, input.Views);
            graph.Output(Logits, logits, ImageInput.Batch, classes);
            graph.Output(Probabilities, AddProbabilities(graph, logits, model), ImageInput.Batch, classes);
            int width = (int)model.Backbone.Image.FeatureDimension;
            graph.Output(Features, Mean(graph, features, width, input.Views), ImageInput.Batch, width);
        }
    }

    private static string AddProbabilities(OnnxGraph graph, string logits, ImageClassifier model) =>
        model.HasIndependentClasses ? graph.Apply("Sigmoid", [logits]) : graph.Apply("Softmax", [logits], ("axis", -1));

    /// <summary>
    /// Writes one tower of a backbone with what is attached to it. The input is <c>images</c>, or <c>tokens</c> (M, T), int64, padded with
    /// 0. The outputs are <c>features</c> and, in a backbone with two towers, <c>embeddings</c> in the space that images and texts share.
    /// </summary>
    /// <param name="backbone">The backbone.</param>
    /// <param name="path">The file, such as "backbone.onnx".</param>
    /// <param name="tower">The tower.</param>
    /// <param name="options">The form of the file.</param>
    /// <param name="cancellationToken">Stops the writing; no file appears.</param>
    /// <inheritdoc cref="Save" path="/exception"/>
    public static void SaveBackbone(
        Backbone backbone,
        string path,
        Tower tower = Tower.Image,
        OnnxExportOptions? options = null,
        CancellationToken cancellationToken = default
    )
    {
        options ??= new OnnxExportOptions();
        OptionsValidator.ThrowIfInvalid(options);
        using IDisposable use = backbone.Enter();
        var inference = new InferenceOptions();
        Write(
            path,
            options,
            ModelNotes.Of(backbone, inference, options, tower),
            graph =>
            {
                graph.NameAfter(backbone);
                if (tower == Tower.Image)
                    AddImages(graph);
                else
                    AddTexts(graph);
            },
            cancellationToken
        );

        void AddImages(OnnxGraph graph)
        {
            string features = AddImageTower(graph, backbone, new ImageInput(graph, backbone.Config, inference), options);
            graph.Output(Features, features, ImageInput.Batch, backbone.Image.FeatureDimension);
            if (backbone.Config.EmbedDimension is int width)
                graph.Output(Embeddings, backbone.WriteImageProjection(graph, features), ImageInput.Batch, width);
        }

        void AddTexts(OnnxGraph graph)
        {
            Backbones.TextEncoder text = backbone.RequireText();
            string tokens = graph.Input(Tokens, OnnxType.Int64, ImageInput.Batch, backbone.Config.Text!.ContextLength);
            string features = graph.Module(text, "the text encoder", tokens);
            graph.Output(Features, features, ImageInput.Batch, text.FeatureDimension);
            graph.Output(Embeddings, backbone.WriteTextProjection(graph, features), ImageInput.Batch, backbone.Config.EmbedDimension!);
        }
    }

    private static string AddImageTower(OnnxGraph graph, Backbone backbone, ImageInput input, OnnxExportOptions options) =>
        graph.Module(backbone.Image, "the image encoder", options.Preprocessing ? input.Pixels() : input.Prepared());

    // The mean over each image's views: (N V, K) to (N, K).
    private static string Mean(OnnxGraph graph, string values, long width, int views) =>
        views == 1 ? values : graph.Apply("ReduceMean", [graph.Reshape(values, -1, views, width), graph.Constant(1L)], ("keepdims", 0));

    /// <summary>Writes a graph.</summary>
    internal static void Write(
        string path,
        OnnxExportOptions options,
        Dictionary<string, string> notes,
        Action<OnnxGraph> add,
        CancellationToken cancellationToken
    )
    {
        using DisposeScope scope = NewDisposeScope();
        using IDisposable noGrad = no_grad();
        using var graph = new OnnxGraph(options.Opset, options.Weights);
        add(graph);
        if (options.Weights == OnnxWeights.Int8 && !graph.UsesMicrosoft)
            graph.Refusals.Add("the backbone has no linear layers that Int8 could store; use Float16");
        graph.CheckRange();
        if (graph.Adapters.Count > 0)
            notes[OnnxNotes.Adapters] = JsonSerializer.Serialize(graph.Adapters);
        var file = new OnnxFile(path, graph, notes, RunEnvironment.Library, options.ExternalData);
        if (graph.Refusals.Count > 0)
            throw new LiftPlusException(
                $"{path} was not written: {MessageText.FirstAndRest([.. graph.Refusals.Distinct()], Listed, "; ")}."
            );
        file.Write(cancellationToken);
    }
}

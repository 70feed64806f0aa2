using System.Collections.Immutable;
using LiftPlus.Inference;
using LiftPlus.Sessions;
using LiftPlus.Validation;

namespace LiftPlus;

/// <summary>
/// Classifies images with an ONNX file that <c>OnnxExport.Save</c> wrote, on ONNX Runtime. Images are decoded, resized and cropped by the
/// same code that trained the model. Owns native memory; dispose it.
/// </summary>
/// <remarks>
/// The application chooses the native library of ONNX Runtime by its package: <c>Microsoft.ML.OnnxRuntime</c>, or the one that its
/// <see cref="OnnxProvider"/> needs. ONNX Runtime's telemetry is switched off before its first use, unless the environment variable
/// <c>ORT_DISABLE_TELEMETRY</c> is set already.
/// </remarks>
public sealed class OnnxImageClassifier : ImageClassifierBase
{
    private readonly OnnxSession _session;
    private readonly OnnxDescription _description;
    private readonly OnnxSessionOptions _options;
    private readonly IImageDecoder _decoder;

    private OnnxImageClassifier(OnnxSession session, OnnxDescription description, OnnxSessionOptions options, IImageDecoder? decoder)
    {
        (_session, _description, _options) = (session, description, options);
        _decoder = decoder ?? new SkiaImageDecoder();
    }

    /// <inheritdoc/>
    public override IReadOnlyList<string> ClassNames => Alive(_description.ClassNames);

    /// <summary>Gets the metadata of the file, such as the <c>recipe</c> and the <c>library_version</c>.</summary>
    public IReadOnlyDictionary<string, string> Metadata => Alive(_description.Metadata);

    /// <inheritdoc/>
    internal override UnreadablePolicy Unreadable => UnreadablePolicy.Fail;

    /// <summary>Gets what computes the file.</summary>
    internal OnnxProvider Provider => _options.Provider;

    /// <summary>Gets the name of the backbone.</summary>
    internal string Backbone => _description.Backbone;

    /// <summary>Loads a file.</summary>
    /// <param name="path">The file, such as "model.onnx".</param>
    /// <param name="options">How ONNX Runtime computes it; null for the processor.</param>
    /// <param name="decoder">The decoder of images; null for <see cref="SkiaImageDecoder"/>.</param>
    /// <exception cref="LiftPlusException">
    /// The file is missing, damaged, or was not written by <c>OnnxExport.Save</c>; an option is out of range; or the native library of ONNX
    /// Runtime is missing. The message says what to do.
    /// </exception>
    public static OnnxImageClassifier Load(string path, OnnxSessionOptions? options = null, IImageDecoder? decoder = null)
    {
        options ??= new OnnxSessionOptions();
        OptionsValidator.ThrowIfInvalid(options);
        OnnxSession session = OnnxSession.Open(path, options);
        try
        {
            return new OnnxImageClassifier(session, OnnxDescription.Read(path, session), options, decoder);
        }
        catch
        {
            session.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    internal override ImagePreparer CreatePreparer()
    {
        int batch = Math.Max(1, _options.BatchSize / _description.Views),
            workers = Math.Max(1, Environment.ProcessorCount - _session.Threads);
        return _description.IsPreparedInGraph
            ? new PixelPreparer(_description.ShortSide, _description.Resizing, _decoder, batch, workers)
            : new TensorPreparer(_description.Transform, _description.Normalizer, _decoder, batch, workers);
    }

    /// <inheritdoc/>
    internal override Scores Score(IReadOnlyList<PreparedImage> images, bool features)
    {
        using IDisposable alive = KeepAlive();
        ImmutableArray<string> names = _description.ClassNames;
        float[] logits = new float[images.Count * names.Length],
            probabilities = new float[logits.Length];
        float[]? ofImages = null;
        // Images whose file prepares them keep their proportions, and only those of one size form a batch.
        foreach (IGrouping<(long, long), int> size in Enumerable.Range(0, images.Count).GroupBy(i => SizeOf(images[i])))
        {
            int[] members = [.. size];
            float[][] outputs = _session.Run([.. members.Select(i => images[i])], names.Length, features);
            int width = features ? outputs[2].Length / members.Length : 0;
            ofImages ??= new float[images.Count * width];
            foreach ((int row, int i) in members.Index())
            {
                Copy(outputs[0], row, logits, i, names.Length);
                Copy(outputs[1], row, probabilities, i, names.Length);
                if (features)
                    Copy(outputs[2], row, ofImages, i, width);
            }
        }

        return new Scores(names, logits, probabilities, ofImages!) { Policy = _description.Policy };
    }

    private protected override void FreeAll() => _session.Dispose();

    private static (long, long) SizeOf(PreparedImage image) => (image.Shape[0], image.Shape[1]);

    private static void Copy(float[] from, int row, float[] to, int place, int width) =>
        from.AsSpan(row * width, width).CopyTo(to.AsSpan(place * width));
}

using LiftPlus.Serving;
using LiftPlus.Telemetry;
using Microsoft.Extensions.Logging;

namespace LiftPlus.Sessions;

/// <summary>Loads an ONNX file to serve it.</summary>
internal sealed class OnnxModelLoader(OnnxImageClassifierOptions options, ServingMetrics metrics, ILogger logger)
    : ModelLoader(metrics, logger)
{
    public override string Name => options.Model;

    protected override ImageClassifierBase Open(CancellationToken cancellationToken) =>
        OnnxImageClassifier.Load(options.Model, options.Session, options.Decoder);

    protected override object? Look()
    {
        try
        {
            var file = new FileInfo(options.Model);
            return file.Exists ? (file.Length, file.LastWriteTimeUtc) : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    protected override (string Device, string Backbone) Describe(ImageClassifierBase model)
    {
        var classifier = (OnnxImageClassifier)model;
        return ($"ONNX Runtime ({classifier.Provider})", classifier.Backbone);
    }
}

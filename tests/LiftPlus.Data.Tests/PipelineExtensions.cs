namespace LiftPlus.Data.Tests;

internal static class PipelineExtensions
{
    /// <summary>Reads a dataset's image and makes its views, as a loader does.</summary>
    public static RgbImage[] Read(this TransformPipeline pipeline, LabeledImage image, IImageDecoder decoder, TransformContext context)
    {
        if (!image.Source.IsEncoded)
            return pipeline.Apply(image.Source.Load(), context);
        using EncodedBytes bytes = image.Source.Read();
        return pipeline.Decode(bytes.Span, image.Name, decoder, context);
    }
}

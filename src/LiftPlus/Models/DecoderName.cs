using System.Reflection;
using LiftPlus.Data;
using LiftPlus.Evaluation;

namespace LiftPlus.Models;

/// <summary>Names image decoders in model folders and checkpoints: another decoder gives other pixels.</summary>
internal static class DecoderName
{
    private const string Setting = " (";

    /// <summary>Gets the name of the decoder that is used without any choice.</summary>
    public static string Default { get; } = Of(new SkiaImageDecoder());

    /// <summary>Returns the type of a decoder, with the setting that changes its pixels.</summary>
    public static string Of(IImageDecoder decoder) =>
        decoder.GetType().FullName + (decoder is ICodecDecoder { ReducedScale: true } ? Setting + "reducedScale)" : "");

    /// <summary>Returns the type in a name.</summary>
    public static string TypeIn(string name) => name.Split(Setting)[0];

    /// <summary>Returns the library that decodes, and its version.</summary>
    public static string Library(IImageDecoder decoder)
    {
        Assembly library = decoder is ICodecDecoder codec ? codec.Codec : decoder.GetType().Assembly;
        return $"{library.GetName().Name} {AssemblyVersion.Of(library)}";
    }
}

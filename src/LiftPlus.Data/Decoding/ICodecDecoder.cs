using System.Reflection;

namespace LiftPlus.Data;

/// <summary>Describes a decoder of this library for the identity of a run: what its pixels depend on.</summary>
internal interface ICodecDecoder
{
    /// <summary>Gets the assembly of the library that decodes.</summary>
    Assembly Codec { get; }

    /// <summary>Gets whether large JPEG images are decoded at a smaller scale.</summary>
    bool ReducedScale { get; }
}

namespace LiftPlus.Backbones;

/// <summary>Specifies the place in a text that its feature is taken from.</summary>
internal enum TextPooling
{
    /// <summary>The end of the text: the place of the largest id, or the first of a given id (CLIP).</summary>
    End,

    /// <summary>The last place of all, whatever is there (SigLIP, CLIPA).</summary>
    Last,

    /// <summary>The first place.</summary>
    First,
}

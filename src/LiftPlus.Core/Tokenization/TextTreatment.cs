namespace LiftPlus.Tokenization;

/// <summary>Specifies what is done to a text before SigLIP's tokenizers see it, besides lower case.</summary>
internal enum TextTreatment
{
    /// <summary>Nothing: SigLIP 2 in transformers.</summary>
    LowerCase,

    /// <summary>ASCII punctuation is deleted and white space becomes single blanks: SigLIP in transformers.</summary>
    WithoutPunctuation,

    /// <summary>The same, and underscores become blanks first: open_clip.</summary>
    Canonical,
}

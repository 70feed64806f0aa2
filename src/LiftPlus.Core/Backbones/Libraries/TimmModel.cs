using LiftPlus.Backbones.Loading;
using LiftPlus.Messages;
using LiftPlus.Weights;

namespace LiftPlus.Backbones.Libraries;

/// <summary>Represents how a description names a model of timm.</summary>
/// <param name="Architecture">The name of the architecture; null if there is no description, or it names none.</param>
/// <param name="Arguments">What differs from the architecture, by name; null if nothing does.</param>
/// <param name="Place">The object that says it; null if there is no description.</param>
/// <param name="PoolingField">The name of the pooling in the object.</param>
internal sealed record TimmModel(string? Architecture, JsonFile? Arguments, JsonFile? Place, string PoolingField)
{
    /// <summary>
    /// Reads timm's config.json, or for the image tower of an open_clip model the "vision_cfg" of open_clip_config.json.
    /// </summary>
    public static TimmModel Read(DescriptionReader reader)
    {
        if (reader.Naming != WeightNaming.OpenAI)
            return new TimmModel(reader.File?.Text("architecture"), reader.File?.Section("model_args"), reader.File, "global_pool");
        JsonFile? vision = (reader.File?.Section("model_cfg") ?? reader.File)?.Section("vision_cfg");
        return new TimmModel(vision?.Text("timm_model_name"), vision?.Section("timm_model_kwargs"), vision, "timm_pool");
    }

    /// <summary>The argument with the number of heads of attention pooling.</summary>
    public const string PoolHeads = "attn_pool_num_heads";

    private static readonly (string Name, TokenPooling Pooling)[] s_poolings =
    [
        ("token", TokenPooling.ClassToken),
        ("map", TokenPooling.Attention),
        ("avg", TokenPooling.Mean),
    ];

    /// <summary>Gets timm's name of a pooling.</summary>
    public static string Name(TokenPooling pooling) => Array.Find(s_poolings, row => row.Pooling == pooling).Name;

    /// <summary>
    /// Returns the image tower with the pooling that the description means, as far as it says anything, or else the architecture's.
    /// </summary>
    public VisionTransformerConfig WithPooling(DescriptionReader reader, VisionTransformerConfig image)
    {
        string? said = Place?.Text(PoolingField) is { Length: > 0 } own ? own : null; // "" is open_clip's word for the architecture's own
        string? wanted = Arguments?.Text("global_pool") ?? said ?? (Architecture is null ? null : TimmArchitectures.Pooling(Architecture));
        if (wanted is null)
            return image;
        TokenPooling pooling = Array.Find(s_poolings, row => row.Name == wanted) is (not null, TokenPooling known)
            ? known
            : (TokenPooling)(-1);
        bool fits = pooling switch
        {
            TokenPooling.ClassToken => image.HasClassToken && image.Pooling != TokenPooling.Attention,
            TokenPooling.Mean => image.Pooling != TokenPooling.Attention,
            TokenPooling.Attention => image.Pooling == TokenPooling.Attention,
            _ => false,
        };
        if (!fits)
        {
            string where = Place?.Text(PoolingField) == wanted ? PoolingField : "global_pool";
            reader.Problems.Add(
                $"'{where}' is '{MessageText.Shorten(wanted)}' in {Place!.Path}; with these tensors it is "
                    + $"{(image.Pooling == TokenPooling.Attention ? "'map'" : image.HasClassToken ? "'token' or 'avg'" : "'avg'")}."
            );
            return image;
        }

        return image with
        {
            Pooling = pooling,
            HasUnreadClassToken = image.HasClassToken && pooling != TokenPooling.ClassToken,
        };
    }

    /// <summary>Requires that the description, as far as it says anything, means a pooling.</summary>
    public void RequirePooling(DescriptionReader reader, string pooling)
    {
        if (Place?.Text(PoolingField) is not "") // open_clip's word for the architecture's own
            reader.RequireText(Place, PoolingField, pooling);
        reader.RequireText(Arguments, "global_pool", pooling);
    }

    /// <summary>Refuses arguments that change the network and leave no trace in its tensors.</summary>
    public void RefuseArguments(DescriptionReader reader, params ReadOnlySpan<string> names)
    {
        foreach (string name in names)
        {
            if (Arguments?.Has(name) == true)
                reader.Problems.Add($"'{name}' is given in {Arguments.Path}; such models are not supported.");
        }
    }

    /// <summary>Refuses an architecture that differs from what its tensors show.</summary>
    public void RefuseArchitecture(DescriptionReader reader)
    {
        if (Architecture is string name && TimmArchitectures.Refusal(name) is string reason)
            reader.Problems.Add($"The architecture is '{MessageText.Shorten(name)}' in {Place!.Path}, which is not supported: {reason}.");
    }

    /// <summary>Refuses an architecture whose tensors would have other names.</summary>
    public void RefuseOther(DescriptionReader reader, string reason) =>
        reader.Problems.Add($"The architecture is '{MessageText.Shorten(Architecture!)}' in {Place!.Path}, but {reason}.");

    /// <summary>Remarks that the architecture is not known, and what is taken for it.</summary>
    public void RemarkAssumed(DescriptionReader reader, string assumed) =>
        reader.Remarks.Add(
            Architecture is null
                ? $"{Place!.Path} names no architecture: {assumed}."
                : $"The architecture '{MessageText.Shorten(Architecture)}' in {Place!.Path} is not known: {assumed}."
        );
}

using System.Globalization;
using LiftPlus.Backbones;

namespace LiftPlus.Adapters;

/// <summary>
/// Translates parameter names to those of the authors' implementation (repository shijxcs/LIFT-plus), in its order, to compare with it and
/// to read its checkpoints. Our names follow the module tree, for example <c>image.blocks.0.attn.query.lora.down</c>; theirs is
/// <c>image_encoder.blocks.0.attn.lora.q.down</c>.
/// </summary>
internal sealed class ReferenceNames
{
    // The beginnings of names: ours and theirs, in their order. The rest of a name (".weight", ".down") is kept.
    private static readonly (string Ours, string Theirs)[] s_root =
    [
        ("image_projection", "image_proj"),
        ("text_projection", "text_proj"),
        ("image.", "image_encoder."),
        ("text.", "text_encoder."),
        ("image_embedding.clip-adapter.", "image_adapter."),
        ("text_embedding.clip-adapter.", "text_adapter."),
        ("classifier.", "classifier."),
    ];

    private static readonly (string Ours, string Theirs)[] s_tower = [("embedding.coop.context", "ctx"), ("feature.ssf.", "ssf.")];

    private static readonly (string Ours, string Theirs)[] s_block =
    [
        ("norm1.", "norm1_"),
        ("attn.qkv.weight", "attn_in_proj_weight"),
        ("attn.qkv.bias", "attn_in_proj_bias"),
        ("attn.proj.weight", "attn_out_proj_weight"),
        ("attn.proj.bias", "attn_out_proj_bias"),
        ("norm2.", "norm2_"),
        ("mlp.fc1.weight", "mlp_in_proj_weight"),
        ("mlp.fc1.bias", "mlp_in_proj_bias"),
        ("mlp.fc2.weight", "mlp_out_proj_weight"),
        ("mlp.fc2.bias", "mlp_out_proj_bias"),
        ("tokens.prompt.embeddings", "prompt"),
        ("attn.query.lora.", "attn.lora.q."),
        ("attn.key.lora.", "attn.lora.k."),
        ("attn.value.lora.", "attn.lora.v."),
        ("attn.qkv.site.ssf.", "attn.ssf.in_proj."),
        ("attn.proj.site.ssf.", "attn.ssf.out_proj."),
        ("attn.qkv.masked_weight.values", "attn.aft.in_proj.masked_weight.optimized_params"),
        ("attn.qkv.masked_bias.values", "attn.aft.in_proj.masked_bias.optimized_params"),
        ("attn.proj.masked_weight.values", "attn.aft.out_proj.masked_weight.optimized_params"),
        ("attn.proj.masked_bias.values", "attn.aft.out_proj.masked_bias.optimized_params"),
        ("mlp.output.adapter.", "mlp.adapter."),
        ("mlp.fc1.site.ssf.", "mlp.ssf.in_proj."),
        ("mlp.fc2.site.ssf.", "mlp.ssf.out_proj."),
        ("mlp.fc1.masked_weight.values", "mlp.aft.in_proj.masked_weight.optimized_params"),
        ("mlp.fc1.masked_bias.values", "mlp.aft.in_proj.masked_bias.optimized_params"),
        ("mlp.fc2.masked_weight.values", "mlp.aft.out_proj.masked_weight.optimized_params"),
        ("mlp.fc2.masked_bias.values", "mlp.aft.out_proj.masked_bias.optimized_params"),
        ("mlp_branch.adaptformer.", "adaptformer."),
    ];

    // Their numbers of a ResNet's blocks run through all stages. These are the parts of a block by our names, in order.
    private static readonly string[] s_residualParts = ["conv1", "bn1", "conv2", "bn2", "conv3", "bn3", "downsample.0", "downsample.1"];

    private readonly Backbone _backbone;
    private readonly Dictionary<string, int> _residualBlocks = []; // "layer1.0." to the running number

    /// <summary>Creates the translation for a backbone with its adapters.</summary>
    public ReferenceNames(Backbone backbone)
    {
        _backbone = backbone;
        ResNetDepths? depths = backbone.Config.Image switch
        {
            ResNetConfig timm => timm.Depths,
            ClipResNetConfig clip => clip.Depths,
            _ => null,
        };
        foreach ((int stage, int depth) in (depths?.ToList() ?? []).Index())
        {
            for (int n = 0; n < depth; n++)
                _residualBlocks.Add($"layer{stage + 1}.{n}.", _residualBlocks.Count);
        }
    }

    /// <summary>Returns their name of a parameter or buffer; null if they have no counterpart.</summary>
    public string? Find(string name) => Translate(name).Theirs;

    /// <summary>Returns our names with theirs, in their order, without the names that have no counterpart.</summary>
    public IReadOnlyList<(string Ours, string Theirs)> Order(IEnumerable<string> names) =>
        [
            .. names
                .Select((name, place) => (Name: name, Place: place, Translation: Translate(name)))
                .Where(entry => entry.Translation.Theirs is not null)
                .OrderBy(entry => entry.Translation.Rank)
                .ThenBy(entry => entry.Place)
                .Select(entry => (entry.Name, entry.Translation.Theirs!)),
        ];

    // Rank: the position in the root table, then the block (parameters of the tower first), then the position in its table.
    private ((int Root, int Block, int Place) Rank, string? Theirs) Translate(string name)
    {
        (int root, string? theirs) = Replace(s_root, name);
        if (theirs is null || root is not (2 or 3))
            return ((root, 0, 0), theirs);
        string tower = s_root[root].Theirs,
            rest = name[s_root[root].Ours.Length..];
        string[] parts = rest.Split('.', 3);
        if (parts.Length == 3 && _residualBlocks.TryGetValue($"{parts[0]}.{parts[1]}.", out int number))
            return Residual((root, number), tower, parts[2]);
        bool inBlock = parts is ["blocks", _, _] && int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out _);
        (int place, string? inner) = inBlock ? Replace(s_block, parts[2]) : Replace(s_tower, rest);
        int block = inBlock ? int.Parse(parts[1], CultureInfo.InvariantCulture) : -1;
        return (
            (root, block, place),
            inner is null ? null
            : inBlock ? $"{tower}blocks.{block}.{inner}"
            : tower + inner
        );
    }

    // They register an unfrozen parameter as "blocks.0_bn1_bias", but the whole module, "blocks.0_bn1.bias", if its statistics are trained.
    private ((int Root, int Block, int Place) Rank, string? Theirs) Residual((int Root, int Block) place, string tower, string name)
    {
        int dot = name.LastIndexOf('.');
        string part = name[..dot];
        bool isModule = _backbone
            .Image.ResidualBlocks[place.Block]
            .Normalizations.Any(entry => entry.Name == part && entry.Module.TrainsStatistics);
        string theirs = $"{tower}blocks.{place.Block}_{part.Replace('.', '_')}{(isModule ? '.' : '_')}{name[(dot + 1)..]}";
        return ((place.Root, place.Block, Array.IndexOf(s_residualParts, part)), theirs);
    }

    private static (int Place, string? Theirs) Replace((string Ours, string Theirs)[] table, string name)
    {
        int place = Array.FindIndex(table, row => name.StartsWith(row.Ours, StringComparison.Ordinal));
        return (place, place < 0 ? null : table[place].Theirs + name[table[place].Ours.Length..]);
    }
}

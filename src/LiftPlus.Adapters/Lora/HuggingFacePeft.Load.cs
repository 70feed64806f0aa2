using System.Collections.Immutable;
using LiftPlus.Adapters;
using LiftPlus.Backbones;
using LiftPlus.Classifiers;
using LiftPlus.Peft;
using LiftPlus.Weights;
using TorchSharp;
using static TorchSharp.torch;

namespace LiftPlus;

public static partial class HuggingFacePeft
{
    private const string OldTensorFile = "adapter_model.bin";

    /// <summary>
    /// Puts the LoRA of a folder on a backbone: one module for each pair of matrices, whatever their ranks and places, with peft's scale folded
    /// into B. Everything is compared before anything is attached. Names may carry what wraps the model ("vit.", "clip.").
    /// </summary>
    /// <param name="folder">A folder that peft's <c>save_pretrained</c> or <see cref="Save"/> wrote.</param>
    /// <param name="backbone">The backbone, read from the weights that the adapter was trained on.</param>
    /// <param name="classifier">Where a classifier in the folder (<c>modules_to_save</c>) is read into; null where there is none.</param>
    /// <returns>The LoRA options that describe what was attached: more than one where ranks or places differ.</returns>
    /// <exception cref="LiftPlusException">A file is missing or damaged, or holds what cannot be put on this backbone; the message lists all of it.</exception>
    public static ImmutableArray<LoraOptions> Load(string folder, Backbone backbone, Classifier? classifier = null)
    {
        PeftConfig config = PeftConfig.Read(Path.Combine(folder, ConfigFile));
        Refuse($"{folder} is no LoRA that LiftPlus computes", config.Problems());
        string file = Path.Combine(folder, TensorFile),
            old = Path.Combine(folder, OldTensorFile);
        using WeightSource source = WeightFile.Open(!File.Exists(file) && File.Exists(old) ? old : file);
        Matched matched = new(source, LoraPlaces.ByName(backbone, TransformersModel.From(backbone.Config)), config, classifier);
        Refuse($"{source.Path} does not fit {backbone.Config.Name} and the head", matched.Problems);

        using IDisposable noGrad = no_grad();
        using var random = new Generator(0); // for initial values, which are overwritten
        var context = new PeftContext(backbone, classCount: 1, random);
        foreach ((LoraPlace place, string module, int rank, double alpha) in matched.Modules)
        {
            context.Attach(place.Site, new LoraOptions().Type, () => new LoraAdapter(place.InputWidth, place.OutputWidth, rank, random));
            using Tensor a = source.Read(module + A),
                b = source.Read(module + B);
            using Tensor scaled = TensorMath.Scale(b.to(float32), alpha);
            place.Adapter!.Down.copy_(a.t());
            place.Adapter.Up.copy_(scaled.t());
        }

        foreach ((string name, Tensor target) in matched.Head)
        {
            using Tensor value = source.Read(name);
            target.copy_(value);
        }

        return [.. LoraPlaces.Describe(backbone, matched.Modules.Select(module => (module.Place, module.Rank)))];
    }

    private static string Plain(string module) => module.StartsWith(Prefix, StringComparison.Ordinal) ? module[Prefix.Length..] : module;

    /// <summary>The tensors of a folder against the layers of a backbone and a head.</summary>
    private sealed class Matched
    {
        public Matched(WeightSource source, IReadOnlyDictionary<string, LoraPlace> places, PeftConfig config, Classifier? classifier)
        {
            Dictionary<string, Tensor> head = (classifier?.named_parameters() ?? []).ToDictionary(
                entry => HeadPrefix + entry.name,
                entry => (Tensor)entry.parameter
            );
            HashSet<LoraPlace> taken = [];
            foreach ((string name, TensorInfo info) in source.Tensors)
            {
                if (name.EndsWith(A, StringComparison.Ordinal) && source.Tensors.ContainsKey(name[..^A.Length] + B))
                    Match(name[..^A.Length], source, places, config, taken);
                else if (head.Remove(Plain(name), out Tensor? target))
                    Expect(name, info, target.shape, () => Head.Add((name, target)));
                else if (!(name.EndsWith(B, StringComparison.Ordinal) && source.Tensors.ContainsKey(name[..^B.Length] + A)))
                    Problems.Add($"{name} has no place or no partner");
            }

            Problems.AddRange(head.Keys.Select(name => $"{Prefix}{name} is missing"));
            if (Modules.Count == 0 && Problems.Count == 0)
                Problems.Add("it holds no LoRA");
        }

        public List<string> Problems { get; } = [];

        public List<(LoraPlace Place, string Module, int Rank, double Alpha)> Modules { get; } = [];

        public List<(string Name, Tensor Target)> Head { get; } = [];

        private void Match(
            string module,
            WeightSource source,
            IReadOnlyDictionary<string, LoraPlace> places,
            PeftConfig config,
            HashSet<LoraPlace> taken
        )
        {
            TensorInfo a = source.Tensors[module + A],
                b = source.Tensors[module + B];
            if (Find(Plain(module), places) is not LoraPlace place)
            {
                Problems.Add($"{module} is no linear layer of this backbone that LoRA can stand on");
                return;
            }

            long rank = a.Shape is [long rows, _] ? rows : 0;
            double said = config.Rank(Plain(module));
            if (place.Adapter is not null || !taken.Add(place))
                Problems.Add($"{module} has LoRA already");
            else if (rank is < 1 or > int.MaxValue || rank != said)
                Problems.Add($"{module} has matrices {a} and {b}, and {ConfigFile} says rank {said}");
            else
            {
                Expect(module + A, a, [rank, place.InputWidth], () =>
                    Expect(module + B, b, [place.OutputWidth, rank], () =>
                        Modules.Add((place, module, (int)rank, config.Alpha(Plain(module), rank)))
                    )
                );
            }
        }

        private void Expect(string name, TensorInfo found, long[] shape, Action then)
        {
            if (
                !found.Shape.AsSpan().SequenceEqual(shape)
                || found.DataType is not (ScalarType.Float32 or ScalarType.Float16 or ScalarType.BFloat16 or ScalarType.Float64)
            )
                Problems.Add($"{name} is {found} and should be numbers ({string.Join(", ", shape)})");
            else
                then();
        }

        // The name itself, or what is left of it without the names of wrapping modules.
        private static LoraPlace? Find(string module, IReadOnlyDictionary<string, LoraPlace> places)
        {
            for (string rest = module; ; rest = rest[(rest.IndexOf('.') + 1)..])
            {
                if (places.TryGetValue(rest, out LoraPlace? place))
                    return place;
                if (!rest.Contains('.'))
                    return null;
            }
        }
    }
}

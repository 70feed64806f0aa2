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
    /// Puts the LoRA of a folder on a backbone: one module for each pair of matrices. Ranks, scales and places may differ. Everything is
    /// compared before the backbone is changed. Names may have the prefix of a wrapping model ("vit.", "clip.").
    /// </summary>
    /// <param name="folder">A folder written by peft's <c>save_pretrained</c> or by <see cref="Save"/>.</param>
    /// <param name="backbone">The backbone, loaded from the weights that the adapter was trained on.</param>
    /// <param name="classifier">
    /// The classifier that receives the one in the folder (<c>modules_to_save</c>); null if the folder has none.
    /// </param>
    /// <returns>The options that describe what was attached: more than one if ranks, scales or places differ.</returns>
    /// <exception cref="LiftPlusException">
    /// A file is missing or damaged, or does not fit this backbone; the message lists every mismatch.
    /// </exception>
    /// <exception cref="ObjectDisposedException">The backbone is disposed.</exception>
    public static ImmutableArray<LoraOptions> Load(string folder, Backbone backbone, Classifier? classifier = null)
    {
        using IDisposable use = backbone.Enter();
        PeftConfig config = PeftConfig.Read(Path.Combine(folder, ConfigFile));
        Refuse($"{folder} cannot be loaded, because LiftPlus computes only LoRA, rsLoRA and DoRA", config.Problems());
        string file = Path.Combine(folder, TensorFile),
            old = Path.Combine(folder, OldTensorFile);
        using WeightSource source = WeightFile.Open(!File.Exists(file) && File.Exists(old) ? old : file);
        Matched matched = new(source, LoraPlaces.ByName(backbone, TransformersModel.From(backbone.Config)), config, classifier);
        Refuse($"{source.Path} does not fit {backbone.Config.Name} and the classifier", matched.Problems);

        FiniteValues.Check(source, source.Tensors.Keys);
        using IDisposable noGrad = no_grad();
        using var random = new Generator(0); // of initial values, which are overwritten
        var context = new PeftContext(backbone, classCount: 1, random);
        foreach ((LoraPlace place, string module, int rank, double alpha) in matched.Modules)
        {
            context.Attach(place.Site, new LoraOptions().Type, () =>
                new LoraAdapter(
                    new LoraOptions { Alpha = alpha, Dora = config.IsDora },
                    rank,
                    place.Linear.InputWidth,
                    place.Linear.OutputWidth,
                    place.Linear,
                    random
                )
            );
            using Tensor a = source.Read(module + A),
                b = source.Read(module + B);
            place.Adapter!.Down.copy_(a.t());
            place.Adapter.Up.copy_(b.t());
            if (place.Adapter.Magnitude is Tensor magnitude)
            {
                using Tensor m = source.Read(module + M);
                magnitude.copy_(m);
            }
        }

        foreach ((string name, Tensor target) in matched.Classifier)
        {
            using Tensor value = source.Read(name);
            target.copy_(value);
        }

        return
        [
            .. LoraPlaces.Describe(backbone, matched.Modules.Select(module => (module.Place, module.Rank, module.Alpha)), config.IsDora),
        ];
    }

    private static string Plain(string module) => module.StartsWith(Prefix, StringComparison.Ordinal) ? module[Prefix.Length..] : module;

    /// <summary>Matches the tensors of a folder with the layers of a backbone and a classifier.</summary>
    private sealed class Matched
    {
        public Matched(WeightSource source, IReadOnlyDictionary<string, LoraPlace> places, PeftConfig config, Classifier? classifier)
        {
            Dictionary<string, Tensor> parameters = (classifier?.named_parameters() ?? []).ToDictionary(
                entry => ClassifierPrefix + entry.name,
                entry => (Tensor)entry.parameter
            );
            HashSet<LoraPlace> taken = [];
            foreach ((string name, TensorInfo info) in source.Tensors)
            {
                if (name.EndsWith(A, StringComparison.Ordinal) && source.Tensors.ContainsKey(name[..^A.Length] + B))
                    Match(name[..^A.Length], source, places, config, taken);
                else if (parameters.Remove(Plain(name), out Tensor? target))
                    Expect(name, info, target.shape, () => Classifier.Add((name, target)));
                else if (!IsPartner(name, B, source) && !(config.IsDora && IsPartner(name, M, source)))
                    Problems.Add($"{name} is unexpected, or its partner is missing");
            }

            Problems.AddRange(parameters.Keys.Select(name => $"{Prefix}{name} is missing"));
            if (Modules.Count == 0 && Problems.Count == 0)
                Problems.Add("it contains no LoRA matrices");
        }

        public List<string> Problems { get; } = [];

        public List<(LoraPlace Place, string Module, int Rank, double Alpha)> Modules { get; } = [];

        public List<(string Name, Tensor Target)> Classifier { get; } = [];

        private static bool IsPartner(string name, string ending, WeightSource source) =>
            name.EndsWith(ending, StringComparison.Ordinal) && source.Tensors.ContainsKey(name[..^ending.Length] + A);

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
                Problems.Add($"{module} matches no linear layer of this backbone");
                return;
            }

            long rank = a.Shape is [long rows, _] ? rows : 0;
            double expected = config.Rank(Plain(module)),
                alpha = config.Alpha(Plain(module), rank);
            if (place.Adapter is not null || !taken.Add(place))
                Problems.Add($"{module} already has LoRA");
            else if (rank is < 1 or > int.MaxValue || rank != expected)
                Problems.Add($"{module} has matrices {a} and {b}, but {ConfigFile} says rank {expected}");
            else if (!(alpha > 0))
                Problems.Add($"{module} has alpha {alpha} instead of a positive number");
            else
            {
                Expect(module + A, a, [rank, place.Linear.InputWidth], () => Expect(module + B, b, [place.Linear.OutputWidth, rank], () =>
                    {
                        if (!config.IsDora)
                            Modules.Add((place, module, (int)rank, alpha));
                        else if (source.Tensors.GetValueOrDefault(module + M) is TensorInfo m)
                            Expect(module + M, m, [place.Linear.OutputWidth], () => Modules.Add((place, module, (int)rank, alpha)));
                        else
                            Problems.Add($"{module + M} is missing, although {ConfigFile} says use_dora");
                    }));
            }
        }

        private void Expect(string name, TensorInfo found, long[] shape, Action then)
        {
            if (
                !found.Shape.AsSpan().SequenceEqual(shape)
                || found.DataType is not (ScalarType.Float32 or ScalarType.Float16 or ScalarType.BFloat16 or ScalarType.Float64)
            )
                Problems.Add($"{name} is {found} instead of floating-point numbers ({string.Join(", ", shape)})");
            else
                then();
        }

        // Tries the name itself, then the name without its leading parts, the wrapping modules.
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

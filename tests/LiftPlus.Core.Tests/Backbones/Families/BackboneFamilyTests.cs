using LiftPlus.Backbones;
using LiftPlus.Backbones.Families;
using LiftPlus.Backbones.Loading;
using LiftPlus.Weights;
using static TorchSharp.torch;

namespace LiftPlus.Core.Tests.Backbones.Families;

/// <summary>What holds of every family; its row in the table of small backbones is all that a new one adds.</summary>
public sealed class BackboneFamilyTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    /// <summary>Family, and number of one of its forms.</summary>
    public static TheoryData<string, int> Forms =>
        [
            .. BackboneFamilies.All.SelectMany(family =>
                family
                    .Forms.Index()
                    .Where(form => !form.Item.IsOriginal)
                    .Select(form => new TheoryDataRow<string, int>(family.GetType().Name, form.Index))
            ),
        ];

    [Theory]
    [MemberData(nameof(Forms))]
    public void EveryNamingReadsBackWhatItWrites(string family, int number)
    {
        PublishedForm form = Find(family).Forms[number];
        (BackboneConfig config, KeyMap names) = Written(form);
        using Backbone written = new(config),
            read = new(config);
        written.Initialize(1);
        written.BlankMissingBiases();
        read.Initialize(2);
        Safetensors.Write(_folder["w.safetensors"], names.ToSource(written.state_dict()));
        using Safetensors file = Safetensors.Open(_folder["w.safetensors"]);
        FoundNetwork found = BackboneFamilies.Recognize(file);
        Assert.Same(form, found.Form);
        WeightLoader.Load(read.state_dict(), file, found.Names);
        Dictionary<string, Tensor> values = read.state_dict();
        Assert.All(written.state_dict(), entry => Assert.Equal(entry.Value.contiguous().bytes, values[entry.Key].contiguous().bytes));
    }

    [Fact]
    public void EveryFamilyHasASmallBackboneInTheTable() =>
        Assert.Equal(
            BackboneFamilies.All.Select(family => family.GetType().Name),
            BackboneFamilies.All.Select(family => BackboneFamilies.Find(family.Small())!.GetType().Name)
        );

    [Fact]
    public void EveryPublishedArchitectureIsOfItsFamily() =>
        Assert.All(BackboneFamilies.All, family => Assert.All(family.Known, known => Assert.Same(family, BackboneFamilies.Find(known))));

    [Fact]
    public void WhatIsWrittenUnderTheNamesOfALibraryIsOneFormOfTheFamily() => Assert.All(TinyBackbones.All, config =>
        {
            BackboneFamily family = BackboneFamilies.Find(config)!;
            Assert.All(
                family
                    .Forms.Where(form => form.Describe is not null && (config.Text is not null || !form.HasText))
                    .Select(form => form.Naming)
                    .Distinct(),
                naming => Assert.Contains(BackboneFolder.Form(config, naming).Form, family.Forms)
            );
        });

    // The first small backbone whose names under the form are recognized as that form.
    private static (BackboneConfig Config, KeyMap Names) Written(PublishedForm form)
    {
        foreach (BackboneConfig small in TinyBackbones.All.Where(config => !form.HasText || config.Text is not null))
        {
            BackboneConfig config = form.HasText ? small : small.WithoutText();
            KeyMap names = form.Names.For(config.Variants);
            string[] keys = [.. ExpectedTensors.From(config).Keys];
            KeyRow[] rows = [.. names.Expand(keys)];
            HashSet<string> sources = [.. rows.SelectMany(row => row.Sources)];
            bool isWhole = keys.Length == rows.Length;
            if (isWhole && BackboneFamilies.Forms.FirstOrDefault(first => first.Names.Marks.All(sources.Contains)) == form)
                return (config, names);
        }

        throw new InvalidOperationException($"No small backbone has the marks of {form.Names.Name}.");
    }

    private static BackboneFamily Find(string name) => BackboneFamilies.All.Single(family => family.GetType().Name == name);
}

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
                family.Forms.Select((_, i) => new TheoryDataRow<string, int>(family.GetType().Name, i))
            ),
        ];

    [Theory]
    [MemberData(nameof(Forms))]
    public void EveryNamingReadsBackWhatItWrites(string family, int number)
    {
        PublishedForm form = Find(family).Forms[number];
        BackboneConfig config = Find(family).Small();
        if (!form.HasText)
            config = config with { Text = null, EmbedDimension = null };
        using Backbone written = new(config),
            read = new(config);
        written.Initialize(1);
        read.Initialize(2);
        Safetensors.Write(_folder["w.safetensors"], form.Names.ToSource(written.state_dict()));
        using Safetensors file = Safetensors.Open(_folder["w.safetensors"]);
        Assert.Same(form, BackboneFamilies.Recognize(file).Form);
        WeightLoader.Load(read.state_dict(), file, form.Names);
        Dictionary<string, Tensor> found = read.state_dict();
        Assert.All(written.state_dict(), entry => Assert.Equal(entry.Value.bytes, found[entry.Key].bytes));
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
            Assert.All(family.Forms.Where(form => form.Describe is not null).Select(form => form.Naming).Distinct(), naming =>
                Assert.Contains(BackboneFolder.Form(config, naming).Form, family.Forms)
            );
        });

    private static BackboneFamily Find(string name) => BackboneFamilies.All.Single(family => family.GetType().Name == name);
}

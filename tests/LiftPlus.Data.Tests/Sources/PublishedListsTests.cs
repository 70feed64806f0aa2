using System.Formats.Tar;
using System.IO.Compression;
using LiftPlus.TestSupport;

namespace LiftPlus.Data.Tests;

/// <summary>The real lists of Places-LT, ImageNet-LT and iNaturalist 2018; skipped where the shared data are absent.</summary>
public sealed class PublishedListsTests : IDisposable
{
    private readonly TestImages _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(DatasetSplit.Train, 62_500, 4980, 5)]
    [InlineData(DatasetSplit.Validation, 7_300, 20, 20)]
    [InlineData(DatasetSplit.Test, 36_500, 100, 100)]
    public void PlacesLTHasItsCounts(DatasetSplit split, int count, int largest, int smallest)
    {
        ImageDataset places = ImageDataset.FromPlacesLT(Images("train", "val"), split, Lists("Places_LT"));
        Assert.Equal(
            (count, 365, largest, smallest),
            (places.Count, places.ClassNames.Count, places.Classes.Counts.Max(), places.Classes.Counts.Min())
        );
        Assert.Equal("airfield", places.ClassNames[0]);
        if (split != DatasetSplit.Train)
            return;
        Assert.Equal([131, 163, 71], Groups(places));
        Assert.Equal(_folder.PathOf("images/train/airfield/00004851.jpg"), places[0].Name);
    }

    [Theory]
    [InlineData(DatasetSplit.Validation, 20_000)]
    [InlineData(DatasetSplit.Test, 50_000)]
    public void ImageNetLTHasItsCounts(DatasetSplit split, int count)
    {
        ImageDataset imageNet = ImageDataset.FromImageNetLT(Images("train", "val"), split, Lists("ImageNet_LT"));
        Assert.Equal((count, 1000, "tench"), (imageNet.Count, imageNet.ClassNames.Count, imageNet.ClassNames[0]));
        Assert.All(imageNet.Classes.Counts, each => Assert.Equal(count / 1000, each));
    }

    [Theory]
    [InlineData(TaxonomicLevel.Species, 8142)]
    [InlineData(TaxonomicLevel.Genus, 4401)]
    [InlineData(TaxonomicLevel.Family, 1118)]
    [InlineData(TaxonomicLevel.Order, 272)]
    [InlineData(TaxonomicLevel.Class, 57)]
    [InlineData(TaxonomicLevel.Phylum, 25)]
    [InlineData(TaxonomicLevel.Kingdom, 6)]
    [InlineData(TaxonomicLevel.Supercategory, 14)]
    public void INaturalistIsReadAtEveryLevel(TaxonomicLevel level, int classes)
    {
        ImageDataset naturalist = ImageDataset.FromINaturalist2018(
            Images("train_val2018"),
            DatasetSplit.Test,
            level,
            Lists("iNaturalist2018")
        );
        Assert.Equal((24_426, classes), (naturalist.Count, naturalist.ClassNames.Count));
        if (level == TaxonomicLevel.Species)
            Assert.All(naturalist.Classes.Counts, count => Assert.Equal(3, count));
        if (level == TaxonomicLevel.Kingdom)
            Assert.Equal(
                [("Animalia", 14622), ("Bacteria", 3), ("Chromista", 75), ("Fungi", 963), ("Plantae", 8751), ("Protozoa", 12)],
                naturalist.ClassNames.Zip(naturalist.Classes.Counts)
            );
        if (level == TaxonomicLevel.Supercategory) // what the image folders are named by
            Assert.All(naturalist, image => Assert.Contains($"/{naturalist.ClassNames[image.Label]}/", image.Name.Replace('\\', '/')));
    }

    [Fact]
    public void WhatIsMissingIsSaidInOneMessage()
    {
        string empty = Images();
        AssertFails(
            () => ImageDataset.FromImageNetLT(empty, DatasetSplit.Train),
            "ImageNet-LT is incomplete",
            "train.txt' does not exist",
            "https://image-net.org",
            $"in '{empty}'",
            "test.txt"
        );
        AssertFails(
            () => ImageDataset.FromPlacesLT(_folder.PathOf("nowhere"), DatasetSplit.Test),
            "test.txt' does not exist",
            "places2.csail.mit.edu"
        );
        _folder.WriteText("images/Places_LT_train.txt", "train/airfield/1.jpg 0\n");
        AssertFails(() => ImageDataset.FromPlacesLT(empty, DatasetSplit.Train), "refers to images in", Path.Combine(empty, "train"));
        _folder.WriteText("images/val.txt", "train_val2018/Aves/0/1.jpg 0\ntrain_val2018/Aves/0/1.jpg 1\n");
        AssertFails(() => ImageDataset.FromINaturalist2018(empty, DatasetSplit.Test), "refers to images", "train_val2018.tar.gz");
        Images("train_val2018");
        AssertFails(() => ImageDataset.FromINaturalist2018(empty, DatasetSplit.Test), "categories.json' does not exist");
    }

    [Theory]
    [InlineData("{", "is to be a json list")]
    [InlineData("[ { \"name\": \"a\" } ]", "is to be a json list")]
    [InlineData("[ { \"id\": 7, \"genus\": \"a\" } ]", "a species 7 among 1")]
    [InlineData("[ { \"id\": 0, \"genus\": \"a\" } ]", "no genus for the species 1")]
    [InlineData("[ { \"id\": 0, \"genus\": \"a\" }, { \"id\": 1 } ]", "no genus for the species 1")]
    public void DamagedTaxonomiesAreNamed(string json, string words)
    {
        string images = Images("train_val2018");
        _folder.WriteText("images/val.txt", "train_val2018/Aves/0/1.jpg 0\ntrain_val2018/Aves/1/1.jpg 1\n");
        _folder.WriteText("images/categories.json", json);
        AssertFails(() => ImageDataset.FromINaturalist2018(images, DatasetSplit.Validation, TaxonomicLevel.Genus), words);
    }

    private static int[] Groups(ImageDataset dataset)
    {
        ShotGroup[] groups = [.. Enumerable.Range(0, dataset.ClassNames.Count).Select(dataset.Classes.GroupOf)];
        return [.. new[] { ShotGroup.Many, ShotGroup.Medium, ShotGroup.Few }.Select(group => groups.Count(g => g == group))];
    }

    private string Images(params string[] folders)
    {
        foreach (string folder in folders.Append(""))
            Directory.CreateDirectory(_folder.PathOf(Path.Combine("images", folder)));
        return _folder.PathOf("images");
    }

    private string Lists(string set)
    {
        string? archive = Repository.Shared("data", "lt-lists.tar.gz");
        Assert.SkipWhen(archive is null, "../shared/data/lt-lists.tar.gz is absent: the published lists are not tested here.");
        using FileStream compressed = File.OpenRead(archive);
        using var plain = new GZipStream(compressed, CompressionMode.Decompress);
        TarFile.ExtractToDirectory(plain, _folder.Root, overwriteFiles: false);
        return _folder.PathOf($"lt-lists/{set}");
    }

    private static void AssertFails(Func<object> action, params string[] words)
    {
        string message = Assert.Throws<LiftPlusException>(action).Message;
        Assert.All(words, word => Assert.Contains(word, message));
    }
}

namespace LiftPlus.Data;

/// <summary>Describes one of the four archives of CIFAR's two sets.</summary>
/// <param name="Name">The set's name.</param>
/// <param name="Folder">The folder that the archive unpacks to.</param>
/// <param name="Archive">The archive's file name at the publisher.</param>
/// <param name="Md5">The archive's MD5, as published.</param>
/// <param name="Train">The training files in order.</param>
/// <param name="Test">The test files.</param>
/// <param name="Names">The file of class names.</param>
internal sealed record CifarArchive(string Name, string Folder, string Archive, string Md5, string[] Train, string[] Test, string Names)
{
    public static readonly CifarArchive[] All =
    [
        new(
            "CIFAR-10",
            "cifar-10-batches-py",
            "cifar-10-python.tar.gz",
            "c58f30108f718f92721af3b95e74349a",
            [.. Batches("")],
            ["test_batch"],
            "batches.meta"
        ),
        new(
            "CIFAR-10",
            "cifar-10-batches-bin",
            "cifar-10-binary.tar.gz",
            "c32a1d4ab5d03f1284b67883e8d87530",
            [.. Batches(".bin")],
            ["test_batch.bin"],
            "batches.meta.txt"
        ),
        new("CIFAR-100", "cifar-100-python", "cifar-100-python.tar.gz", "eb9058c3a382ffc7106e4002c42a8d85", ["train"], ["test"], "meta"),
        new(
            "CIFAR-100",
            "cifar-100-binary",
            "cifar-100-binary.tar.gz",
            "03b5dce01913d631647c71ecec9e9cb8",
            ["train.bin"],
            ["test.bin"],
            "fine_label_names.txt"
        ),
    ];

    public const string Publisher = "https://www.cs.toronto.edu/~kriz/";

    public bool IsPickled => !Train[0].EndsWith(".bin", StringComparison.Ordinal);

    private static IEnumerable<string> Batches(string ending) => Enumerable.Range(1, 5).Select(i => $"data_batch_{i}{ending}");
}

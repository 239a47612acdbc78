using NnUNet.Foundation;
using NnUNet.Workflows.Web;

namespace NnUNet.Web.Service.Models;

/// <summary>All models of a service, in the order in which they were named.</summary>
internal sealed class ServedModels
{
    private ServedModels(IReadOnlyList<ServedModel> all) => All = all;

    /// <summary>The models.</summary>
    public IReadOnlyList<ServedModel> All { get; }

    /// <summary>Opens them.</summary>
    /// <exception cref="DescribedException">One cannot be opened.</exception>
    public static ServedModels Open(ServiceSettings settings) => new([.. settings.Models.Select(m => ServedModel.Open(m, settings))]);

    /// <summary>A model by its name; null where there is none.</summary>
    public ServedModel? Find(string name) => All.FirstOrDefault(m => m.Name.Equals(name, StringComparison.OrdinalIgnoreCase));

    /// <summary>The model that a call means.</summary>
    /// <param name="name">Its name; null where the call gives none, which is enough where there is one model.</param>
    /// <exception cref="DescribedException">There is none of that name, or no name where there are several.</exception>
    public ServedModel Get(string? name) => name is null
        ? All is [var only] ? only : throw new DescribedException("model", "the call names none", $"name one of {Names()}")
        : Find(name) ?? throw new DescribedException("model", $"there is none called \"{name}\"", $"name one of {Names()}");

    private string Names() => string.Join(", ", All.Select(static m => m.Name));
}
